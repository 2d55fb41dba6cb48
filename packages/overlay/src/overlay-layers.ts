import { type Call, call, FSCONFIG, FSMOUNT, FSOPEN, type Instruction, into, value } from "@wb/syscall";

/** What an overlay is made of. */
export interface OverlayLayers {
  /** Directories that are read, the topmost first: at least one, at most 500. */
  readonly lower: readonly [string, ...string[]];
  /** Where changes go: an empty or earlier upper directory. Without it, the mount is read-only and needs two lower ones. */
  readonly upper?: string;
  /** An empty directory on the same file system as `upper`, which overlay uses for itself. */
  readonly work?: string;
  /** More options of the file system: `volatile`, `metacopy=on`, `userxattr`. */
  readonly options?: readonly string[];
}

/** @throws TypeError for an upper directory without a work directory, or for too few layers; RangeError for more than 500 */
export function checkLayers({ lower, upper, work }: OverlayLayers): void {
  if ((upper === undefined) !== (work === undefined))
    throw new TypeError("`upper` and `work` of an overlay go together");
  if (upper === undefined && lower.length < 2)
    throw new TypeError("an overlay without `upper` needs two `lower` directories");
  if (lower.length > 500) throw new RangeError(`${lower.length} lower directories: overlay takes at most 500`);
}

/** The calls that make a mount without a place in a cell, one layer at a time: Linux 6.5. */
export function layerByLayer(
  cell: string,
  { lower, upper, work, options = [] }: OverlayLayers,
): readonly Instruction[] {
  return [
    into(CONTEXT, call("fsopen", "overlay", FSOPEN.CLOEXEC)),
    setString("source", "overlay"),
    ...lower.map((layer) => setString("lowerdir+", layer)),
    // The kernel takes backslashes out of these two, but not out of the lower ones.
    ...(upper === undefined || work === undefined
      ? []
      : [setString("upperdir", escapeLayer(upper)), setString("workdir", escapeLayer(work))]),
    ...options.map(setOption),
    call("fsconfig", value(CONTEXT), FSCONFIG.CMD_CREATE, null, null, 0),
    into(cell, call("fsmount", value(CONTEXT), FSMOUNT.CLOEXEC, 0)),
    call("close", value(CONTEXT)),
  ];
}

/** A path as the option string wants it, where commas separate options and colons layers. */
export function escapeLayer(path: string): string {
  return path.replaceAll(/[\\:,]/g, (character) => `\\${character}`);
}

const CONTEXT = "fs";

function setOption(word: string): Call {
  const equals = word.indexOf("=");
  if (equals === -1) return call("fsconfig", value(CONTEXT), FSCONFIG.SET_FLAG, word, null, 0);
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
  return call("fsconfig", value(CONTEXT), FSCONFIG.SET_STRING, key, text, 0);
}
