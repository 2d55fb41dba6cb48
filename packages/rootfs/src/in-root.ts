import {
  address,
  AT,
  call,
  ERRNO,
  type ErrnoName,
  ignoring,
  type Instruction,
  into,
  memory,
  O,
  openHow,
  pointer,
  RESOLVE,
  S,
  STATX,
  value,
  type Value,
} from "@wb/syscall";

/** The cell with the file descriptor of the container's root: {@link openRoot} fills it, everything else resolves paths in it. */
export const ROOT = "root";

/** A directory, or the place for a file that something is mounted on. */
export type TargetKind = "directory" | "file";

/** Of the kind that the file descriptor in a cell is of. */
export interface LikeCell {
  readonly like: string;
}

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
  kind: TargetKind | LikeCell = "directory",
  flags: {
    /** Default true: symbolic links are followed inside the root. */
    readonly symlinks?: boolean;
    /** The path itself may be a symbolic link, and is opened as one. Default false. */
    readonly onLink?: boolean;
  } = {},
): Instruction[] {
  const components = componentsOf(path);
  const { onLink = false, symlinks = true } = flags;
  const open = (depth: number, opening: Partial<Opening>) =>
    openInRoot(components.slice(0, depth).join("/"), { into: "parent", directory: true, symlinks, ...opening });
  const target: Partial<Opening> = { into: "target", directory: kind === "directory", onLink };
  const last = components.length;
  if (last === 0) return open(0, target);
  return [
    ...(typeof kind === "object" ? kindOf(kind) : []),
    ...open(last, { ...target, missing: ["ENOENT"] }),
    { jump: "there", when: { value: "target", mask: SIGN, equals: 0 } },
    // Mostly it is the last component alone that is missing.
    ...open(last - 1, { missing: ["ENOENT"] }),
    { jump: "parent", when: { value: "parent", mask: SIGN, equals: 0 } },
    ...components
      .slice(0, -1)
      .flatMap((name, depth) => [...open(depth, {}), makeDirectory(name), call("close", value("parent"))]),
    ...open(last - 1, { second: true }),
    { label: "parent" },
    ...components.slice(-1).flatMap((name) => makePlace(name, kind)),
    call("close", value("parent")),
    ...open(last, { ...target, second: true }),
    { label: "there" },
  ];
}

/** Opens what must be there into the cell `target`, or another. */
export function openPlace(
  path: string,
  { into: cell = "target", onLink = false }: { readonly into?: string; readonly onLink?: boolean } = {},
): Instruction[] {
  return openInRoot(componentsOf(path).join("/"), { into: cell, directory: false, onLink });
}

/** Opens what may be missing: the cell `target` is negative then, and the Program goes on at `otherwise`. */
export function openExisting(path: string, otherwise: string): Instruction[] {
  return [
    ...openInRoot(componentsOf(path).join("/"), {
      into: "target",
      directory: false,
      missing: ["ENOENT", "ENOTDIR"],
    }),
    { jump: otherwise, when: { value: "target", lessThan: 0 } },
  ];
}

/** Mount file descriptors and targets are closed at once: nothing in the container may meet one. */
export function closing(...cells: readonly string[]): Instruction[] {
  return cells.map((cell) => call("close", value(cell)));
}

export const rootFd: Value = value(ROOT);

/** The bit that is set in a negative number: in an error. */
const SIGN: bigint = 1n << 63n;

/** A path as the names that lead to it; it begins at the root whether it says so or not. */
export function componentsOf(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes(".."))
    throw new TypeError(`${JSON.stringify(path)} has a component "..": give the path that it means`);
  return names;
}

/** The directory of a path, and its last name. @throws TypeError for the root */
export function splitPath(path: string): { readonly directory: string; readonly name: string } {
  const names = componentsOf(path);
  const name = names.pop();
  if (name === undefined) throw new TypeError(`${JSON.stringify(path)} is the root, and has no name`);
  return { directory: names.join("/"), name };
}

interface Opening {
  /** The cell for the file descriptor. */
  readonly into: string;
  readonly directory: boolean;
  readonly symlinks?: boolean;
  readonly onLink?: boolean;
  /** Errors that leave the cell negative. */
  readonly missing?: readonly ErrnoName[];
  /** The Step has opened this path before. */
  readonly second?: boolean;
}

/**
 * With RESOLVE_IN_ROOT the kernel says EAGAIN when anything on the machine was renamed or mounted while it walked through a
 * "..", which a symbolic link may have: it cannot be sure then that the walk stayed inside.
 */
function openInRoot(path: string, opening: Opening): Instruction[] {
  const { into: cell, directory, symlinks = true, onLink = false, missing = [], second = false } = opening;
  const flags = O.PATH | O.CLOEXEC | (directory ? O.DIRECTORY : 0) | (onLink ? O.NOFOLLOW : 0);
  const how = { flags, resolve: symlinks ? IN_ROOT : IN_ROOT | RESOLVE.NO_SYMLINKS };
  const open = call("openat2", rootFd, path === "" ? "." : path, pointer(openHow, how), openHow.size);
  if (!symlinks) return [into(cell, missing.length === 0 ? open : ignoring(open, ...missing))];
  const name = `${cell} ${path === "" ? "." : path}${second ? " again" : ""}`;
  return [
    { label: `open ${name}` },
    into(cell, ignoring(open, "EAGAIN", ...missing)),
    { jump: `open ${name}`, when: { value: cell, equals: -ERRNO.EAGAIN } },
  ];
}

const IN_ROOT = RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS;

/** `struct statx` and its stx_mode, linux/stat.h. */
const STATX_SIZE = 256;
const STX_MODE = 28;
const KIND = "kind";

function kindOf({ like }: LikeCell): Instruction[] {
  return [memory(KIND, STATX_SIZE), call("statx", value(like), "", AT.EMPTY_PATH, STATX.TYPE, address(KIND))];
}

function makePlace(name: string, kind: TargetKind | LikeCell): Instruction[] {
  if (kind === "file") return [makeFile(name)];
  if (kind === "directory") return [makeDirectory(name)];
  return [
    { jump: "like a directory", when: { value: KIND, offset: STX_MODE, mask: BigInt(S.IFMT), equals: S.IFDIR } },
    makeFile(name),
    { jump: "place made" },
    { label: "like a directory" },
    makeDirectory(name),
    { label: "place made" },
  ];
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
