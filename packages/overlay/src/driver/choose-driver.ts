import { accessSync, closeSync, constants, mkdirSync, mkdtempSync, openSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { call, CLONE, isSyscallError, MS, O, type Program, runInChild, step } from "@wb/syscall";
import { overlay } from "../overlay.ts";
import { removeTree } from "../unpack/remove-tree.ts";

/**
 * How layers become one tree:
 * - `overlay`: by the kernel, for root
 * - `userxattr`: by the kernel, in a user namespace; Linux 5.11
 * - `fuse-overlayfs`: by this program, for ordinary users of other kernels
 * - `copy`: by a copy of all layers, which works everywhere
 */
export type LayerDriver = "overlay" | "userxattr" | "fuse-overlayfs" | "copy";

export interface ChosenDriver {
  readonly driver: LayerDriver;
  /** Why those before it are none. */
  readonly refused: readonly { readonly driver: LayerDriver; readonly reason: string }[];
}

export interface ChooseDriverOptions {
  /**
   * Runs Steps that mount, in a mount namespace of their own: for ordinary users in a user namespace. Default: in a short-lived
   * child with unshare(CLONE_NEWNS).
   */
  readonly run?: (program: Program) => void | Promise<void>;
}

/**
 * Chooses how layers become one tree in a directory, by trying: whether the kernel has overlay, whether this user may mount
 * it, and whether the directory's file system can be an upper one, only the mount itself tells.
 *
 * @param directory where containers will have their upper directories; what is made in it is removed again
 * @throws SyscallError, Error of Node where nothing can be made in the directory
 */
export async function chooseDriver(
  directory: string,
  { run = inOwnMounts }: ChooseDriverOptions = {},
): Promise<ChosenDriver> {
  const refused: { driver: LayerDriver; reason: string }[] = [];
  for (const [driver, attempt] of ATTEMPTS) {
    const reason = await attempt(directory, run);
    if (reason === undefined) return { driver, refused };
    refused.push({ driver, reason });
  }
  return { driver: "copy", refused };
}

type Run = NonNullable<ChooseDriverOptions["run"]>;

/** In order; each tells why not. */
const ATTEMPTS: readonly (readonly [
  LayerDriver,
  (directory: string, run: Run) => Promise<string | undefined> | string | undefined,
])[] = [
  ["overlay", (directory, run) => tryMount(directory, { run, options: [] })],
  ["userxattr", (directory, run) => tryMount(directory, { run, options: ["userxattr"] })],
  ["fuse-overlayfs", tryFuse],
];

async function tryMount(
  directory: string,
  { run, options }: { readonly run: Run; readonly options: readonly string[] },
): Promise<string | undefined> {
  const trial = mkdtempSync(join(directory, ".wb-overlay-"));
  try {
    const [lower, upper, work, target] = ["lower", "upper", "work", "target"].map((name) => {
      const path = join(trial, name);
      mkdirSync(path);
      return path;
    }) as [string, string, string, string];
    // In a user namespace overlays mount without `userxattr`, too, but `trusted.` attributes are not for it.
    const xattr = options.length === 0 ? "trusted.overlay.opaque" : "user.overlay.opaque";
    const mark = step("make a directory opaque", [call("setxattr", lower, xattr, Buffer.from("y"), 1, 0)]);
    await run([mark, overlay({ lower: [lower], upper, work, target, options })]);
    return undefined;
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    return error.message;
  } finally {
    remove(trial);
  }
}

function tryFuse(): string | undefined {
  const found = (process.env["PATH"] ?? "")
    .split(delimiter)
    .some((path) => isAccessible(join(path, FUSE), constants.X_OK));
  if (!found) return `the program ${FUSE} is not installed`;
  return isAccessible("/dev/fuse", constants.R_OK | constants.W_OK) ? undefined : "/dev/fuse cannot be opened";
}

const FUSE = "fuse-overlayfs";

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function inOwnMounts(program: Program): void {
  const own = step("make a mount namespace", [
    call("unshare", CLONE.NEWNS),
    call("mount", null, "/", null, MS.REC | MS.PRIVATE, null),
  ]);
  runInChild([own, ...program]);
}

function remove(path: string): void {
  const fd = openSync(dirname(path), O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  try {
    removeTree(fd, basename(path));
  } finally {
    closeSync(fd);
  }
}
