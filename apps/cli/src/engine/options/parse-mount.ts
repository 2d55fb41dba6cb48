import { isAbsolute, normalize, resolve } from "node:path";
import { UserError } from "../../user-error.ts";
import { volumeName } from "../names/volume-name.ts";
import { csvRecord } from "./csv-record.ts";
import { parseFor } from "./flag-error.ts";
import { type MountFields, noteField } from "./mount-fields.ts";
import {
  type BindOption,
  type ImageOption,
  type MountOption,
  PROPAGATIONS,
  type TmpfsOption,
  type VolumeOption,
} from "./mount-option.ts";

/**
 * Parses `--mount type=bind|volume|tmpfs|image,src=…,dst=…`. Whether a bind's source is there is for the caller to look.
 *
 * @throws UserError in docker's words (docker/cli, opts/mount.go, and moby, volume/mounts/linux_parser.go)
 */
export function parseMount(text: string): MountOption {
  return parseFor("--mount", text, () => {
    const fields: MountFields = { kinds: new Set(), labels: new Map(), options: new Map() };
    for (const field of csvRecord(text)) noteField(fields, field);
    return mountOf(fields);
  });
}

function mountOf(fields: MountFields): MountOption {
  const { type = "volume", destination = "" } = fields;
  if (type === "") throw new UserError("type is required", { hint: HINT });
  if (destination === "") throw new UserError("target is required", { hint: HINT });
  for (const kind of KINDS) {
    if (type !== kind && fields.kinds.has(kind))
      throw new UserError(`cannot mix '${kind}-*' options with mount type '${type}'`, { hint: HINT });
  }
  checkRecursive(fields);
  const kind = KINDS.find((one) => one === type);
  if (kind === undefined) throw refused(type, "mount type unknown");
  if (resolve("/", destination) === "/") throw refused(type, "invalid specification: destination can't be '/'");
  if (!isAbsolute(destination)) throw refused(type, `invalid mount path: '${destination}' mount path must be absolute`);
  return MOUNTS[kind](fields, resolve(destination));
}

const KINDS = ["volume", "image", "bind", "tmpfs"] as const;
const HINT = "for example type=bind,src=/srv,dst=/srv,ro or type=volume,src=data,dst=/data";

function refused(type: string, reason: string): UserError {
  return new UserError(`invalid mount config for type "${type}": ${reason}`, { hint: HINT });
}

function checkRecursive({ recursive, readonly, propagation }: MountFields): void {
  const together = (other: string): UserError =>
    new UserError(`option 'bind-recursive=${recursive}' requires '${other}' to be specified in conjunction`, {
      hint: `add ${other}`,
    });
  if ((recursive === "writable" || recursive === "readonly") && readonly !== true) throw together("readonly");
  if (recursive === "readonly" && propagation !== "rprivate") throw together("bind-propagation=rprivate");
}

const MOUNTS = { bind: bindOf, volume: volumeOf, tmpfs: tmpfsOf, image: imageOf } as const;

function bindOf({ source = "", readonly, propagation, recursive }: MountFields, destination: string): BindOption {
  if (source === "") throw refused("bind", "field Source must not be empty");
  if (propagation !== undefined && !PROPAGATIONS.includes(propagation))
    throw refused("bind", `invalid propagation mode: ${propagation}`);
  if (!isAbsolute(source)) throw refused("bind", `invalid mount path: '${source}' mount path must be absolute`);
  return {
    type: "bind",
    source: resolve(source),
    destination,
    readonly: readonly ?? false,
    propagation: propagation ?? "rprivate",
    recursive: recursive ?? "enabled",
    create: false,
  };
}

function volumeOf(fields: MountFields, destination: string): VolumeOption {
  const { source = "", readonly = false, nocopy = false, subpath = "", labels, driver = "", options } = fields;
  if (subpath !== "") {
    if (source === "") throw refused("volume", "must not set Subpath when using anonymous volumes");
    checkSubpath("volume", subpath);
  }
  if (readonly && source === "") throw refused("volume", "must not set ReadOnly mode when using anonymous volumes");
  return {
    type: "volume",
    source: source === "" ? undefined : volumeName(source),
    destination,
    readonly,
    nocopy,
    subpath: subpath === "" ? undefined : subpath,
    labels: Object.fromEntries(labels),
    driver: driver === "" ? undefined : driver,
    options: Object.fromEntries(options),
  };
}

function tmpfsOf({ source = "", readonly = false, size, mode }: MountFields, destination: string): TmpfsOption {
  if (source !== "") throw refused("tmpfs", "field Source must not be specified");
  // 0 is docker's way to say that it is not given.
  return {
    type: "tmpfs",
    destination,
    readonly,
    size: size === 0 ? undefined : size,
    mode: mode === 0 ? undefined : mode,
  };
}

function imageOf({ source = "", subpath = "" }: MountFields, destination: string): ImageOption {
  if (source === "") throw refused("image", "field Source must not be empty");
  if (subpath !== "") checkSubpath("image", subpath);
  return { type: "image", source, destination, subpath: subpath === "" ? undefined : subpath };
}

/** Nothing above: what it means in the volume is for openat2(2) to decide. */
function checkSubpath(type: string, subpath: string): void {
  if (isAbsolute(subpath) || normalize(subpath).split("/", 1)[0] === "..")
    throw refused(type, "subpath must be a relative path within the volume");
}
