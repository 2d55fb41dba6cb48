import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { readMountinfo } from "@wb/rootfs";
import { isErrno } from "@wb/syscall";
import type { SpecIntelRdt } from "../../oci/spec-linux.ts";
import { UserError } from "../../user-error.ts";

/** The directories of resctrl that a container is in: Documentation/filesystems/resctrl.rst. */
export interface ResctrlGroup {
  /** Its share of caches and memory bandwidth. */
  readonly directory: string;
  /** Lines of `schemata`, where the configuration has any. */
  readonly schemata: readonly string[];
  /** What its use is counted in. */
  readonly monitor: string | undefined;
  /** Those that go with the container; a class of service that has a name is for several. */
  readonly own: readonly string[];
}

/**
 * Plans `linux.intelRdt`.
 *
 * @throws UserError where the kernel or the processor has no resctrl
 */
export function planResctrl(
  { closID, schemata = [], l3CacheSchema, memBwSchema, enableMonitoring = false }: SpecIntelRdt,
  id: string,
): ResctrlGroup {
  const mounted = readMountinfo().find(({ type }) => type === "resctrl");
  if (mounted === undefined)
    throw new UserError("config.json: linux.intelRdt: Intel RDT is not supported or enabled on this machine", {
      hint: "mount -t resctrl resctrl /sys/fs/resctrl, on a processor that has it",
    });
  for (const name of [id, ...(closID === undefined ? [] : [closID])])
    if (name === "." || name === ".." || name.includes("/"))
      throw new UserError(`config.json: linux.intelRdt.closID: ${JSON.stringify(name)} is no name of a directory`);
  const directory = `${mounted.mountPoint}/${closID ?? id}`;
  const monitor = enableMonitoring ? `${directory}/mon_groups/${id}` : undefined;
  const lines = [...schemata, l3CacheSchema, memBwSchema].filter((line) => line !== undefined && line !== "");
  return {
    directory,
    schemata: lines.filter((line) => line !== undefined),
    monitor,
    own: [...(monitor === undefined ? [] : [monitor]), ...(closID === undefined ? [directory] : [])],
  };
}

/** Makes the directories and puts a process into them. @throws UserError for what the kernel refuses */
export function joinResctrl({ directory, schemata, monitor }: ResctrlGroup, pid: number): void {
  makeDirectory(directory);
  if (schemata.length > 0) write(`${directory}/schemata`, `${schemata.join("\n")}\n`);
  write(`${directory}/tasks`, `${pid}`);
  if (monitor === undefined) return;
  makeDirectory(monitor);
  write(`${monitor}/tasks`, `${pid}`);
}

/** Removes those that were made for the container; whoever is in them goes back to the group above. */
export function leaveResctrl(own: readonly string[]): void {
  for (const directory of own) {
    try {
      rmdirSync(directory);
    } catch (error) {
      if (!isErrno(error, "ENOENT")) throw error;
    }
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, 0o755);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new UserError(`config.json: linux.intelRdt: ${path} does not take ${JSON.stringify(text)}`, {
      hint: "the kernel says why in info/last_cmd_status of resctrl",
      cause,
    });
  }
}
