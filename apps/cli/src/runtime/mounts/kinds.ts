import { lstatSync, statSync } from "node:fs";
import { type Mount, parseMountOptions, type TargetKind } from "@wb/rootfs";

export function isBind({ type, options = [] }: Mount): boolean {
  return type === "bind" || options.includes("bind") || options.includes("rbind");
}

/** A tmpfs on /dev comes with the devices in it. */
export function isDev(wanted: Mount): boolean {
  return wanted.destination === "/dev" && wanted.type === "tmpfs" && !isBind(wanted);
}

/** A bind mount's place must be of its source's kind. */
export function sourceKind(wanted: Mount): TargetKind {
  if (wanted.source === undefined || !isBind(wanted)) return "directory";
  const { link } = parseMountOptions(wanted.options ?? []);
  const stat = (link === "mount" ? lstatSync : statSync)(wanted.source, { throwIfNoEntry: false });
  return stat?.isDirectory() === false ? "file" : "directory";
}
