import { isAbsolute, resolve } from "node:path";
import { UserError } from "../../user-error.ts";
import { volumeName } from "../names/volume-name.ts";
import { parseVolume } from "../volume.ts";
import { parseFor } from "./flag-error.ts";
import { type BindOption, PROPAGATIONS, type VolumeOption } from "./mount-option.ts";

/**
 * Parses `-v, --volume`: `DST` is a new volume, `NAME:DST` a named one, `SRC:DST` a path of the host; each of the latter with
 * `:OPTIONS`. A source with a slash in it is a path.
 *
 * @throws UserError in docker's words (moby, volume/mounts/linux_parser.go)
 */
export function parseVolumeOption(text: string): BindOption | VolumeOption {
  return parseFor("-v, --volume", text, volumeOf);
}

function volumeOf(text: string): BindOption | VolumeOption {
  const [first = "", second, options = "", ...more] = text.split(":");
  const isWrong = first === "" || second === "" || more.length > 0 || (second !== undefined && isModes(second));
  if (isWrong) throw invalid(`invalid volume specification: '${text}'`);
  const words = options === "" ? [] : options.split(",");
  if (!isModes(options)) throw invalid(`invalid mode: ${options}`);
  if (second !== undefined && isPath(first)) {
    if (words.includes("nocopy")) throw refused(text, "bind", "field VolumeOptions must not be specified");
    return bindOf(first, second, words);
  }
  const [source, destination] = second === undefined ? [undefined, first] : [first, second];
  if (words.some((word) => PROPAGATIONS.includes(word)))
    throw refused(text, "volume", "field BindOptions must not be specified");
  if (resolve("/", destination) === "/")
    throw refused(text, "volume", "invalid specification: destination can't be '/'");
  if (!isAbsolute(destination))
    throw refused(text, "volume", `invalid mount path: '${destination}' mount path must be absolute`);
  return {
    type: "volume",
    source: source === undefined ? undefined : volumeName(source),
    destination: resolve(destination),
    readonly: words.includes("ro"),
    nocopy: words.includes("nocopy"),
    subpath: undefined,
    labels: {},
    driver: undefined,
    options: {},
  };
}

const ACCESS = ["ro", "rw"];
/** Of each there may be one. SELinux's labels and the Mac's consistency change nothing here. */
const KINDS: readonly (readonly string[])[] = [
  ACCESS,
  PROPAGATIONS,
  ["nocopy"],
  ["z", "Z"],
  ["consistent", "cached", "delegated"],
];

function isModes(options: string): boolean {
  if (options === "") return true;
  const words = options.split(",");
  const known = KINDS.flat();
  return words.every((word) => known.includes(word)) && KINDS.every((kind) => countOf(words, kind) <= 1);
}

function countOf(words: readonly string[], kind: readonly string[]): number {
  return words.filter((word) => kind.includes(word)).length;
}

function isPath(source: string): boolean {
  return source.includes("/") || source === "." || source === "..";
}

function bindOf(source: string, destination: string, words: readonly string[]): BindOption {
  const options = words.filter((word) => ACCESS.includes(word) || PROPAGATIONS.includes(word));
  const volume = parseVolume([source, destination, ...(options.length === 0 ? [] : [options.join(",")])].join(":"));
  return { type: "bind", ...volume, recursive: "enabled", create: true };
}

function invalid(reason: string): UserError {
  return new UserError(reason, {
    hint: "DST, NAME:DST[:OPTIONS] or SRC:DST[:OPTIONS]: -v data:/data, -v /srv:/srv:ro",
  });
}

function refused(text: string, type: string, reason: string): UserError {
  return invalid(`invalid volume specification: '${text}': invalid mount config for type "${type}": ${reason}`);
}
