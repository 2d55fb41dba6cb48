import { readFileSync } from "node:fs";

/** A line of /proc/PID/mountinfo, proc_pid_mountinfo(5). */
export interface MountInfo {
  /** Unique while the mount exists. */
  readonly id: number;
  readonly parent: number;
  /** `st_dev` of its files: `major:minor`. */
  readonly device: string;
  /** What of the file system is mounted: a path in it. */
  readonly root: string;
  /** Where, from the process's root. */
  readonly mountPoint: string;
  readonly options: readonly string[];
  /** `shared:1`, `master:1`, `propagate_from:1`, `unbindable`; unknown ones are kept. */
  readonly optionalFields: readonly string[];
  readonly type: string;
  readonly source: string;
  /** Options of the file system. */
  readonly superOptions: readonly string[];
}

/** Reads the mounts of a process's mount namespace, those on top last. @param pid a process id. Default: this process */
export function readMountinfo(pid: number | "self" = "self"): MountInfo[] {
  return parseMountinfo(readFileSync(`/proc/${pid}/mountinfo`, "utf8"));
}

/** @throws SyntaxError with the line that is not as the kernel writes them */
export function parseMountinfo(text: string): MountInfo[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(parseLine);
}

function parseLine(line: string): MountInfo {
  // The first lone hyphen ends the optional fields; a source may be one, too.
  const separator = line.indexOf(" - ");
  const [id, parent, device, root, mountPoint, options, ...optionalFields] = line
    .slice(0, Math.max(separator, 0))
    .split(" ");
  const [type, source, superOptions] = line.slice(separator + 3).split(" ");
  if (
    mountPoint === undefined ||
    options === undefined ||
    superOptions === undefined ||
    type === undefined ||
    source === undefined
  ) {
    throw new SyntaxError(`not a line of mountinfo: ${JSON.stringify(line)}`);
  }
  return {
    id: Number(id),
    parent: Number(parent),
    device: device ?? "",
    root: unescape(root ?? ""),
    mountPoint: unescape(mountPoint),
    options: options.split(","),
    optionalFields,
    type: unescape(type),
    source: unescape(source),
    superOptions: superOptions.split(",").map(unescape),
  };
}

/** Space, tab, newline and backslash are written in octal. */
function unescape(field: string): string {
  if (!field.includes("\\")) return field;
  const bytes = Buffer.from(field)
    .toString("latin1")
    .replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
