import { lstatSync, type Stats, statSync } from "node:fs";
import { type Mount, parseMountOptions, type TargetKind } from "@wb/rootfs";
import { isErrno } from "@wb/syscall";
import type { SpecMount } from "../../oci/spec.ts";

/** A mount whose paths are those that are meant. */
export interface CleanedMount extends SpecMount {
  /** Of a bind mount whose source is in the container's root: the path there, which an earlier mount may make. */
  readonly sourceInRoot?: string;
}

export function isBind({ type, options = [] }: Mount): boolean {
  return type === "bind" || options.includes("bind") || options.includes("rbind");
}

/** A tmpfs on /dev comes with the devices in it. */
export function isDev(wanted: Mount): boolean {
  return wanted.destination === "/dev" && wanted.type === "tmpfs" && !isBind(wanted);
}

/** A bind mount's place must be of its source's kind, which cannot be known yet where an earlier mount, or `wb run` after this `wb explain`, makes it. */
export function sourceKind(wanted: CleanedMount): TargetKind | "as mounted" {
  if (wanted.sourceInRoot !== undefined) return "as mounted";
  if (wanted.source === undefined || !isBind(wanted)) return "directory";
  const { link } = parseMountOptions(wanted.options ?? []);
  const stat = statOf(wanted.source, link === "mount" ? lstatSync : statSync);
  if (stat === undefined) return "as mounted";
  return stat.isDirectory() ? "directory" : "file";
}

function statOf(path: string, stat: typeof statSync): Stats | undefined {
  try {
    return stat(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isErrno(error, "EACCES")) return undefined;
    throw error;
  }
}
