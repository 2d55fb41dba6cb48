import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { isatty } from "node:tty";
import { unpack } from "@wb/overlay";
import { O } from "@wb/syscall";
import { type Command, command } from "../../command/command.ts";
import { withContainerPath } from "../../engine/copy/container-root.ts";
import { copyFiles, copyToArchive } from "../../engine/copy/copy-files.ts";
import { copySource } from "../../engine/copy/copy-source.ts";
import { copyTarget } from "../../engine/copy/copy-target.ts";
import { decimalSize } from "../../engine/words/sizes.ts";
import { UserError } from "../../user-error.ts";
import { CP } from "./cp-flags.ts";

/** `wb cp`: docker-cp(1). */
export const cpCommand: Command = command(CP, async ({ flags, words: [from = "", to = ""] }) => {
  const [source, target] = [placeOf(from), placeOf(to)];
  if (source.container !== undefined && target.container !== undefined)
    throw new UserError("copying between containers is not supported", { hint: `wb cp ${from} - | wb cp - ${to}` });
  const options: CopyOptions = { archive: flags.archive === true, follow: flags["follow-link"] === true };
  const size =
    source.container !== undefined
      ? await copyOut(source.container, source.path, { to, options })
      : await copyIn(from, target, options);
  if (size !== undefined && flags.quiet !== true)
    process.stderr.write(`Successfully copied ${decimalSize(size)} to ${to}\n`);
  return 0;
});

interface CopyOptions {
  readonly archive: boolean;
  readonly follow: boolean;
}

interface Place {
  /** Undefined for a path of this machine. */
  readonly container: string | undefined;
  readonly path: string;
}

/** What begins with `/` or `.` is a path, whatever is in it. */
function placeOf(word: string): Place {
  const colon = word.indexOf(":");
  if (colon === -1 || /^[/.]/.test(word)) return { container: undefined, path: word };
  return { container: word.slice(0, colon), path: absolute("/", word.slice(colon + 1)) };
}

/** With the `/` or `/.` that it ended in, which say that it is a directory. */
function absolute(directory: string, path: string): string {
  if (path === "") return directory;
  const [end = ""] = /\/\.?$/.exec(path) ?? (/^\.$/.test(path) ? ["/."] : []);
  const plain = resolve(directory, path);
  return plain === "/" ? (end === "/." ? "/." : "/") : plain + end;
}

async function copyOut(
  container: string,
  path: string,
  { to, options }: { readonly to: string; readonly options: CopyOptions },
): Promise<number | undefined> {
  if (to === "-" && isatty(1))
    throw new UserError("cowardly refusing to save to a terminal. Use the -o flag or redirect", {
      hint: "wb cp CONTAINER:PATH - >FILE",
    });
  return withContainerPath(container, path, async ({ root, path: inside }, { name }) => {
    const missing = `Could not find the file ${path} in container ${name}`;
    using source = copySource(root, inside, { follow: options.follow, missing });
    if (to === "-") {
      await copyToArchive(source, 1);
      return undefined;
    }
    using host = hostRoot();
    using target = copyTarget(host.fd, absolute(process.cwd(), to), source);
    return await copyFiles(source, target, options.archive ? "archive" : "user");
  });
}

async function copyIn(
  from: string,
  { container, path }: Place,
  { archive, follow }: CopyOptions,
): Promise<number | undefined> {
  if (container === undefined)
    throw new UserError("must specify at least one container source", { hint: "CONTAINER:PATH is one of a container" });
  return withContainerPath(container, path, async ({ root, path: inside }) => {
    if (from === "-") {
      using target = copyTarget(root, `${inside}/`, { isDirectory: false, isContents: true, base: "" });
      await unpack(process.stdin, `/proc/self/fd/${target.directory}`, { owners: true });
      return undefined;
    }
    using host = hostRoot();
    using source = copySource(host.fd, absolute(process.cwd(), from), {
      follow,
      missing: `lstat ${from}: no such file or directory`,
    });
    using target = copyTarget(root, inside, source);
    return await copyFiles(source, target, archive ? "archive" : "root");
  });
}

function hostRoot(): Disposable & { readonly fd: number } {
  const fd = openSync("/", O.PATH | O.DIRECTORY | O.CLOEXEC);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}
