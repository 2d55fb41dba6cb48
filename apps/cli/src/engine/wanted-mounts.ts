import { isAbsolute, resolve } from "node:path";
import { usage } from "../flags.ts";
import { UserError } from "../user-error.ts";
import type { BindOption, MountOption, TmpfsOption, VolumeOption } from "./options/mount-option.ts";
import { parseMount } from "./options/parse-mount.ts";
import { parseVolumeOption } from "./options/parse-volume-option.ts";
import { parseVolumesFrom, type VolumesFrom } from "./options/volumes-from.ts";
import { type NamedVolume, namedVolume } from "./volumes/named-volume.ts";

/** What a container is to have mounted beside what each has. */
export interface WantedMounts {
  /** Files and directories of the host. */
  readonly volumes: readonly BindOption[];
  readonly namedVolumes: readonly NamedVolume[];
  readonly volumesFrom: readonly VolumesFrom[];
  readonly tmpfs: readonly TmpfsMount[];
}

export interface TmpfsMount {
  readonly destination: string;
  readonly options: readonly string[];
}

interface MountFlags {
  readonly volume?: readonly string[] | undefined;
  readonly mount?: readonly string[] | undefined;
  readonly tmpfs?: readonly string[] | undefined;
  readonly "volumes-from"?: readonly string[] | undefined;
  readonly "volume-driver"?: string | undefined;
}

/** `-v`, `--mount`, `--tmpfs` and `--volumes-from`. @throws UserError in docker's words; of two mounts at one place it names that */
export function wantedMounts(flags: MountFlags): WantedMounts {
  const driver = flags["volume-driver"];
  const short = (flags.volume ?? []).map(parseVolumeOption).map((option) => withDriver(option, driver));
  const options: MountOption[] = [...short, ...(flags.mount ?? []).map(parseMount)];
  const tmpfs = [...(flags.tmpfs ?? []).map(tmpfsFlag), ...options.filter(isTmpfs).map(tmpfsMount)];
  const volumes = options.filter(isBind);
  const namedVolumes = options.filter(isVolume).map(namedVolume);
  if (options.some(({ type }) => type === "image"))
    throw new UserError('invalid mount config for type "image": wb has no images', { hint: "-v DIR:DST:ro" });
  refuseDuplicates([...volumes, ...namedVolumes, ...tmpfs]);
  return { volumes, namedVolumes, volumesFrom: (flags["volumes-from"] ?? []).map(parseVolumesFrom), tmpfs };
}

/** docker's `--volume-driver` is of all volumes of `-v`. */
function withDriver(option: BindOption | VolumeOption, driver: string | undefined): BindOption | VolumeOption {
  return option.type === "volume" && driver !== undefined && driver !== "" ? { ...option, driver } : option;
}

function isBind(option: MountOption): option is BindOption {
  return option.type === "bind";
}

function isVolume(option: MountOption): option is VolumeOption {
  return option.type === "volume";
}

function isTmpfs(option: MountOption): option is TmpfsOption {
  return option.type === "tmpfs";
}

function tmpfsMount({ destination, readonly, size, mode }: TmpfsOption): TmpfsMount {
  const options = [
    ...(readonly ? ["ro"] : []),
    ...(size === undefined ? [] : [`size=${size}`]),
    `mode=${(mode ?? 0o1777).toString(8)}`,
  ];
  return { destination, options };
}

function tmpfsFlag(text: string): TmpfsMount {
  const colon = text.indexOf(":");
  const [path, options] = colon === -1 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  if (!isAbsolute(path)) throw invalidTmpfs(path, "an absolute path");
  // Without `..`: what is above a symbolic link is not what was meant.
  const destination = resolve(path);
  if (destination === "/") throw invalidTmpfs(text, "a path below the root");
  return { destination, options: options === "" ? [] : options.split(",") };
}

function invalidTmpfs(value: string, meant: string): UserError {
  return usage("run", `invalid argument ${JSON.stringify(value)} for --tmpfs: ${meant}`);
}

function refuseDuplicates(mounts: readonly { readonly destination: string }[]): void {
  const destinations = mounts.map(({ destination }) => destination);
  const twice = destinations.find((destination, index) => destinations.indexOf(destination) !== index);
  if (twice !== undefined) throw usage("run", `Duplicate mount point: ${twice}`);
}
