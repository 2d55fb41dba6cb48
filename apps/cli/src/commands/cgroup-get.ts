import { readdirSync } from "node:fs";
import { type Cgroup, CgroupError, type Layout, readCgroupFile } from "@wb/cgroup";
import { UserError } from "../user-error.ts";
import { CGROUP_KEYS, type CgroupKey, cgroupKey } from "./cgroup-keys.ts";
import type { VersionOf } from "./cgroup-settings.ts";
import { UNLIMITED } from "./cgroup-v1-files.ts";

/**
 * A group's setting as v2 writes it, whichever version has it; the content of the file for a key that only one version has.
 *
 * @throws UserError, CgroupError for a key that there is not, or whose controller is not there
 */
export function cgroupValue(group: Cgroup, key: string): string {
  const row = cgroupKey(key);
  const version = row === undefined ? undefined : versionOfKey(group.layout, key, row);
  if (row?.onV2 !== undefined && version === 2) throw onlyOnV1(key, row.onV2);
  if (row !== undefined && row.onV2 === undefined && version === 1) return translated(group, key, row);
  if (WRITE_ONLY.includes(key))
    throw new UserError(`${key} cannot be read`, { hint: "devices.list has what is allowed" });
  const text = readCgroupFile(group, version === undefined ? nameHere(group.layout, key) : key);
  if (text === undefined) throw noSuchFile(group, key);
  const value = text.trim();
  // hugetlb.2MB.max of a new group on v2: no limit, that the kernel does not take for its own "max".
  return row?.onV2 === undefined && Number(value) >= UNLIMITED ? "max" : value;
}

/** All settings that the group has: `KEY VALUE`, a line for each line of the value. */
export function cgroupSettings(group: Cgroup): string[] {
  const keys = Object.entries(CGROUP_KEYS).filter(
    ([key, { onV2 }]) => (onV2 ?? "") === "" && !WRITE_ONLY.includes(key),
  );
  return [...keys.map(([key]) => key), ...hugetlbKeys()].flatMap((key) =>
    (valueIfAny(group, key) ?? "")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => `${key} ${line.replaceAll("\t", " ")}`),
  );
}

/** Which version has a controller on this machine. */
export function versionsOf({ hierarchies }: Layout): VersionOf {
  return (controller) => hierarchies.find(({ controllers }) => controllers.includes(controller))?.version;
}

const WRITE_ONLY: readonly string[] = ["devices.allow", "devices.deny"];

function versionOfKey(layout: Layout, key: string, { onV2 }: CgroupKey): 1 | 2 | undefined {
  const controller = controllerOf(key);
  if (controller === "cgroup") {
    const version = onV2 === undefined ? 2 : 1;
    return layout.hierarchies.some((one) => one.version === version) ? version : undefined;
  }
  return versionsOf(layout)(controller) ?? versionsOf(layout)(OTHER_NAMES[controller] ?? "");
}

/** The controller that v2 has under another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = { io: "blkio", blkio: "io" };

/** `notify_on_release` is every group's. */
function controllerOf(key: string): string {
  return key.includes(".") ? key.slice(0, key.indexOf(".")) : "cgroup";
}

/** The error for a controller that is nowhere names it as this kernel does. */
function nameHere({ unmounted, disabled }: Layout, key: string): string {
  const other = OTHER_NAMES[controllerOf(key)];
  const known = [...unmounted, ...disabled];
  return other === undefined || !known.includes(other) ? key : key.replace(/^[^.]+/, other);
}

function translated(group: Cgroup, key: string, { onV1 }: CgroupKey): string {
  if (onV1 === undefined)
    throw new UserError(`${key} exists on cgroup v2 only, and its controller is mounted as v1 here`, {
      hint: "see 'wb cgroup get NAME' for the settings that the group has",
    });
  const value = onV1((file) => readCgroupFile(group, file));
  if (value === undefined) throw noSuchFile(group, key);
  return value;
}

function onlyOnV1(key: string, onV2: string): UserError {
  return new UserError(`${key} is a file of cgroup v1, and its controller is on v2 here`, {
    hint: onV2 === "" ? "v2 has no such setting" : `v2 calls it ${onV2}`,
  });
}

function noSuchFile({ path, layout }: Cgroup, key: string): UserError {
  const version = versionsOf(layout)(controllerOf(key)) ?? versionsOf(layout)(OTHER_NAMES[controllerOf(key)] ?? "");
  return new UserError(`the cgroup ${path} has no ${key}${version === undefined ? "" : ` on cgroup v${version}`}`, {
    hint: "see 'wb cgroup get NAME' for the settings that it has, and 'wb cgroup stat NAME'",
  });
}

function valueIfAny(group: Cgroup, key: string): string | undefined {
  try {
    return cgroupValue(group, key);
  } catch (error) {
    if (error instanceof UserError || (error instanceof CgroupError && ABSENT.includes(error.code))) return undefined;
    throw error;
  }
}

/** The controller is not there for this group, or the group is not in its hierarchy. */
const ABSENT: readonly string[] = ["WB_CGROUP_CONTROLLER", "WB_CGROUP_GONE"];

/** For the sizes of pages that this machine has. */
function hugetlbKeys(): string[] {
  return namesIn("/sys/kernel/mm/hugepages")
    .flatMap((name) => /^hugepages-(\d+)kB$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)
    .flatMap((kb) => {
      const pages = kb >= 2 ** 20 ? `${kb / 2 ** 20}GB` : kb >= 2 ** 10 ? `${kb / 2 ** 10}MB` : `${kb}KB`;
      return [`hugetlb.${pages}.max`, `hugetlb.${pages}.rsvd.max`];
    });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // A kernel without huge pages.
    return [];
  }
}
