import {
  AT_FDCWD,
  type Call,
  call,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  into,
  MOVE_MOUNT,
  type Step,
  step,
  value,
} from "@wb/syscall";

export interface OverlayOptions {
  /** Directories that are read, the topmost first: at least one, at most 500. */
  readonly lower: readonly [string, ...string[]];
  /** Where changes go: an empty or earlier upper directory. Without it, the mount is read-only and needs two lower ones. */
  readonly upper?: string;
  /** An empty directory on the same file system as `upper`, which overlay uses for itself. */
  readonly work?: string;
  /** Where it is mounted. */
  readonly target: string;
  /** More options of the file system: `volatile`, `metacopy=on`, `userxattr`. */
  readonly options?: readonly string[];
}

/** mount(2) takes one page of options. */
const PAGE = 4096;

/**
 * The Step that mounts an overlay: one tree of several directories, of which only the topmost is written to.
 * https://docs.kernel.org/filesystems/overlayfs.html
 *
 * Options that fit into mount(2)'s one page go that way, on every kernel; more layers need Linux 6.5, which takes them one
 * at a time.
 *
 * Equivalent to `mount -t overlay -o lowerdir=LOWER:…,upperdir=UPPER,workdir=WORK overlay TARGET`.
 *
 * @throws TypeError for an upper directory without a work directory, or layers that the kernel would refuse; RangeError for
 * more than 500 of them, or for a path that is too long to be one of many
 */
export function overlay(wanted: OverlayOptions): Step {
  const { lower, upper, work, target, options = [] } = wanted;
  if ((upper === undefined) !== (work === undefined))
    throw new TypeError("`upper` and `work` of an overlay go together");
  if (upper === undefined && lower.length < 2)
    throw new TypeError("an overlay without `upper` needs two `lower` directories");
  if (lower.length > 500) throw new RangeError(`${lower.length} lower directories: overlay takes at most 500`);
  const writable =
    upper === undefined || work === undefined ? [] : [`upperdir=${escapeLayer(upper)}`, `workdir=${escapeLayer(work)}`];
  const text = [`lowerdir=${lower.map(escapeLayer).join(":")}`, ...writable, ...options].join(",");
  const instructions =
    Buffer.byteLength(text) < PAGE ? [call("mount", "overlay", target, "overlay", 0, text)] : layerByLayer(wanted);
  return step(
    `mount an overlay of ${lower.length === 1 ? lower[0] : `${lower.length} layers`} on ${target}`,
    instructions,
    `mount -t overlay -o ${text} overlay ${target}`,
  );
}

/** A path as the option string wants it, where commas separate options and colons layers. */
export function escapeLayer(path: string): string {
  return path.replaceAll(/[\\:,]/g, (character) => `\\${character}`);
}

function layerByLayer({ lower, upper, work, target, options = [] }: OverlayOptions) {
  return [
    into("fs", call("fsopen", "overlay", FSOPEN.CLOEXEC)),
    setString("source", "overlay"),
    ...lower.map((layer) => setString("lowerdir+", layer)),
    // The kernel takes backslashes out of these two, but not out of the lower ones.
    ...(upper === undefined || work === undefined
      ? []
      : [setString("upperdir", escapeLayer(upper)), setString("workdir", escapeLayer(work))]),
    ...options.map(setOption),
    call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
    into("mount", call("fsmount", value("fs"), FSMOUNT.CLOEXEC, 0)),
    call("move_mount", value("mount"), "", AT_FDCWD, target, MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_SYMLINKS),
    call("close", value("mount")),
    call("close", value("fs")),
  ];
}

function setOption(word: string): Call {
  const equals = word.indexOf("=");
  if (equals === -1) return call("fsconfig", value("fs"), FSCONFIG.SET_FLAG, word, null, 0);
  return setString(word.slice(0, equals), word.slice(equals + 1));
}

/** fsconfig(2) takes at most this many bytes. */
const LONGEST_STRING = 255;

function setString(key: string, text: string): Call {
  const length = Buffer.byteLength(text);
  if (length > LONGEST_STRING) {
    throw new RangeError(
      `${text} has ${length} bytes: where the layers need more than one page, each may have ${LONGEST_STRING}`,
    );
  }
  return call("fsconfig", value("fs"), FSCONFIG.SET_STRING, key, text, 0);
}
