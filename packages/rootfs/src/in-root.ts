import {
  type Call,
  call,
  ignoring,
  type Instruction,
  into,
  O,
  openHow,
  pointer,
  RESOLVE,
  value,
  type Value,
} from "@wb/syscall";

/** The cell with the file descriptor of the container's root: {@link openRoot} fills it, everything else resolves paths in it. */
export const ROOT = "root";

/** A directory, or the place for a file that something is mounted on. */
export type TargetKind = "directory" | "file";

/**
 * Opens a path in the container's root into the cell `target`, and makes it if it is not there.
 *
 * The path is resolved by openat2(2) with RESOLVE_IN_ROOT, so that no symbolic link leads out of the root, and with
 * RESOLVE_NO_MAGICLINKS, so that none leads through a file descriptor of this process (CVE-2024-21626). What is missing is
 * made one component at a time, each by its name in a directory that was opened so: nothing is ever made outside
 * (CVE-2024-45310).
 */
export function openTarget(
  path: string,
  kind: TargetKind = "directory",
  flags: { readonly symlinks?: boolean } = {},
): Instruction[] {
  const components = componentsOf(path);
  const resolve = RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS | (flags.symlinks === false ? RESOLVE.NO_SYMLINKS : 0);
  const open = (depth: number, directory: boolean) =>
    openInRoot(components.slice(0, depth).join("/"), { directory, resolve });
  const last = components.length;
  return [
    into("target", ignoring(open(last, kind === "directory"), "ENOENT")),
    { jump: "there", when: { value: "target", mask: SIGN, equals: 0 } },
    // Mostly it is the last component alone that is missing.
    into("parent", ignoring(open(last - 1, true), "ENOENT")),
    { jump: "parent", when: { value: "parent", mask: SIGN, equals: 0 } },
    ...components
      .slice(0, -1)
      .flatMap((name, depth): Instruction[] => [
        into("parent", open(depth, true)),
        makeDirectory(name),
        call("close", value("parent")),
      ]),
    into("parent", open(last - 1, true)),
    { label: "parent" },
    ...components.slice(-1).map((name) => (kind === "file" ? makeFile(name) : makeDirectory(name))),
    call("close", value("parent")),
    into("target", open(last, kind === "directory")),
    { label: "there" },
  ];
}

/** Opens what may be missing: the cell `target` is negative then, and the Program goes on at `otherwise`. */
export function openExisting(path: string, otherwise: string): Instruction[] {
  const resolve = RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS;
  return [
    into(
      "target",
      ignoring(openInRoot(componentsOf(path).join("/"), { directory: false, resolve }), "ENOENT", "ENOTDIR"),
    ),
    { jump: otherwise, when: { value: "target", lessThan: 0 } },
  ];
}

/** Mount file descriptors and targets are closed at once: nothing in the container may meet one. */
export function closing(...cells: readonly string[]): Instruction[] {
  return cells.map((cell) => call("close", value(cell)));
}

export const rootFd: Value = value(ROOT);

/** The bit that is set in a negative number: in an error. */
export const SIGN: bigint = 1n << 63n;

/** A path as the names that lead to it; it begins at the root whether it says so or not. */
export function componentsOf(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes(".."))
    throw new TypeError(`${JSON.stringify(path)} has a component "..": give the path that it means`);
  return names;
}

function openInRoot(
  path: string,
  { directory, resolve }: { readonly directory: boolean; readonly resolve: number },
): Call {
  const how = { flags: O.PATH | O.CLOEXEC | (directory ? O.DIRECTORY : 0), resolve };
  return call("openat2", rootFd, path === "" ? "." : path, pointer(openHow, how), openHow.size);
}

function makeDirectory(name: string): Instruction {
  return ignoring(call("mkdirat", value("parent"), name, 0o755), "EEXIST");
}

function makeFile(name: string): Instruction {
  // mknodat(2) does not follow a symbolic link that stands there.
  return ignoring(call("mknodat", value("parent"), name, 0o100_644, 0), "EEXIST");
}

/** Closes what {@link openTarget} opened. */
export const closeTarget: readonly Instruction[] = closing("target");
