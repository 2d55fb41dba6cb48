import { call, closeFd, ignoring, into, quote, run, step, type SyscallError, value } from "@wb/syscall";
import { type ByteString, pathArgument, textOf } from "../tar/byte-string.ts";
import { TarError } from "../tar/tar-error.ts";
import { CELL } from "./cells.ts";
import type { Directories } from "./directories.ts";
import { openInRoot } from "./open-in-root.ts";
import type { Pending } from "./pending.ts";
import { removeTree } from "./remove-tree.ts";

export interface RepairOptions {
  /** The file descriptor of the directory that is unpacked into. */
  readonly root: number;
  readonly directories: Directories;
  /** The errors that were put right for this entry before: `linkat EEXIST`. */
  readonly before: readonly string[];
}

/**
 * Puts right what kept an entry from being made, so that it can be tried again: makes the directories that its name implies,
 * removes what has its name.
 *
 * @throws TarError where the archive asks for what is not in the root; otherwise the error itself
 */
export function repair(error: SyscallError, pending: Pending, options: RepairOptions): void {
  const { before, root, directories } = options;
  const { parent, base } = pending.place;
  const { syscall, code } = error;
  // The kernel could not say that a ".." in a link leads nowhere else, since something was renamed meanwhile.
  if (syscall === "openat2" && code === "EAGAIN" && before.length < MOST_RACES) return;
  const again = before.includes(`${syscall} ${code}`);
  if (syscall === "openat2" && code === "ENOENT" && !again) {
    makeDirectories(parent, { root, directories });
  } else if (MAKING.has(syscall) && IN_THE_WAY.has(code) && !again) {
    const fd = run([step(pending.label, [into("directory", openInRoot(parent))])], {
      inputs: { [CELL.root]: root },
    }).number("directory");
    try {
      removeTree(fd, base);
    } finally {
      closeFd(fd);
    }
  } else throw refusal(error, pending) ?? error;
}

const MOST_RACES = 100;

/** The calls that make a name, or open the directory that is to be there. */
const MAKING: ReadonlySet<string> = new Set(["openat", "symlinkat", "linkat", "mknodat"]);

/** A name is taken; something else than a directory, or a symbolic link, is where a directory is to be. */
const IN_THE_WAY: ReadonlySet<string> = new Set(["EEXIST", "ENOTDIR", "ELOOP"]);

/** What is missing of a path, one name at a time, each in a directory that was opened in the root. */
function makeDirectories(path: ByteString, { root, directories }: Pick<RepairOptions, "root" | "directories">): void {
  const names = path === "" ? [] : path.split("/");
  names.forEach((name, depth) => {
    const above = names.slice(0, depth).join("/");
    const made = run(
      [
        step(`make ${quote(textOf(path))}, which names in the archive imply`, [
          into("directory", ignoring(openInRoot(above), "ENOENT", "ENOTDIR", "ELOOP")),
          { jump: "nowhere", when: { value: "directory", lessThan: 0 } },
          into("made", ignoring(call("mkdirat", value("directory"), pathArgument(name), 0o700), "EEXIST")),
          call("close", value("directory")),
          { label: "nowhere" },
        ]),
      ],
      { inputs: { [CELL.root]: root } },
    ).number("made");
    if (made === 0) directories.addImplied(above === "" ? name : `${above}/${name}`);
  });
}

/** The archive's fault, where the error shows that. */
function refusal(error: SyscallError, { entry, source }: Pending): TarError | undefined {
  const { syscall, code } = error;
  const refuse = (problem: string): TarError =>
    new TarError(problem, { code: "WB_TAR_UNSAFE", offset: entry.offset, entry: entry.name, cause: error });
  if (source !== undefined && (syscall === "openat2" || syscall === "linkat") && MISSING.has(code))
    return refuse(`it is a hard link to ${quote(textOf(source.path))}, and no such file is in the root`);
  if (source !== undefined && syscall === "linkat" && code === "EPERM")
    return refuse(`it is a hard link to ${quote(textOf(source.path))}, which is a directory`);
  if (syscall === "openat2" && MISSING.has(code))
    return refuse(
      "its directory is none: a part of its name is a file, or a symbolic link that leads nowhere in the root",
    );
  return undefined;
}

const MISSING: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);
