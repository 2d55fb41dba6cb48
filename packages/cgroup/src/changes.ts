import type { Step } from "@wb/syscall";
import type { Write } from "./controller.ts";
import { type ControllerName, controllerNames, isGiven, kernelNames, writesOf } from "./controllers.ts";
import { deviceWrites } from "./controllers/devices.ts";
import { attachDeviceProgram } from "./devices/attach.ts";
import { devicePolicy } from "./devices/policy.ts";
import { CgroupError } from "./error.ts";
import { undoOf } from "./keyed.ts";
import type { Layout, Read } from "./layout.ts";
import { legacyWrites } from "./legacy.ts";
import { checkShape } from "./limits-shape.ts";
import type { Limits } from "./limits.ts";
import { missingController } from "./missing-controller.ts";
import { requirePassedOn } from "./passed-on.ts";
import { type Place, placeOf, unifiedPlace } from "./place.ts";
import { writeFile } from "./steps.ts";
import { checkUnified } from "./unified.ts";

/** One change of a group, and what takes it back. */
export interface Change {
  readonly step: Step;
  /** undefined: nothing can. */
  readonly undo: readonly Step[] | undefined;
}

/** A group that is there already. */
export interface Present {
  readonly read: Read;
  /** The ids of the device programs of a v2 group: devices/query.ts. */
  readonly devicePrograms: (directory: string) => readonly number[];
}

/**
 * Sets limits, each where its controller is. Devices come last: their program is the one thing that is not taken back.
 *
 * @param present undefined for a group that is about to be made, which has the kernel's defaults
 * @throws CgroupError for a limit that cannot be set
 */
export function limitChanges(layout: Layout, places: readonly Place[], limits: Limits, present?: Present): Change[] {
  checkShape(limits);
  return [
    ...controllerNames.flatMap((name) => controllerChanges(layout, places, { limits, name, present })),
    ...legacyChanges(places, { limits, present }),
    ...unifiedChanges(layout, places, { limits, present }),
    ...deviceChanges(layout, places, { limits, present }),
  ];
}

interface Asked {
  readonly limits: Limits;
  readonly present: Present | undefined;
}

function controllerChanges(
  layout: Layout,
  places: readonly Place[],
  { limits, name, present }: Asked & { readonly name: ControllerName },
): Change[] {
  if (!isGiven(name, limits)) return [];
  const names = kernelNames(name);
  const text = limitText(names[2] ?? names[1], limits[name]);
  const place = places.find(({ hierarchy }) => hierarchy.controllers.includes(names[hierarchy.version] ?? ""));
  if (place === undefined) throw missingController(layout, names[1], text);
  const controller = names[place.hierarchy.version] ?? "";
  const current = currentOf(place, present);
  const writes = writesOf(name, limits, place.hierarchy.version, current);
  if (present !== undefined) requirePassedOn(place, { controller, text, read: present.read });
  return writes.map((one) => changeOf(place, one, { current, label: labelOf(one) }));
}

function labelOf({ file, value }: Write): string {
  return value.trim() === "" ? `empty ${file}` : `set ${file} to ${value}`;
}

/** What the files of the group hold now; nothing yet in a new one. */
function currentOf({ directory }: Place, present: Present | undefined): (file: string) => string | undefined {
  return (file) => present?.read(`${directory}/${file}`);
}

interface ChangeOptions {
  readonly current: (file: string) => string | undefined;
  readonly label: string;
}

function changeOf({ directory }: Place, one: Write, { current, label }: ChangeOptions): Change {
  const undo = one.undo ?? undoOf(one, current);
  const back = ({ file, value }: Write): Step =>
    writeFile(`${directory}/${file}`, value, `set ${file} back to ${value}`);
  return { step: writeFile(`${directory}/${one.file}`, one.value, label), undo: undo?.map(back) };
}

function legacyChanges(places: readonly Place[], { limits: { legacy = {} }, present }: Asked): Change[] {
  return Object.entries(legacy).flatMap(([file, value]) =>
    legacyWrites(places, file, value).map(({ place, write }) => {
      if (present !== undefined)
        requirePassedOn(place, { controller: "", text: `${file}=${value}`, read: present.read });
      const current = currentOf(place, present);
      return changeOf(place, write(current), { current, label: `set ${file} to ${value}` });
    }),
  );
}

function unifiedChanges(
  layout: Layout,
  places: readonly Place[],
  { limits: { unified = {} }, present }: Asked,
): Change[] {
  return Object.entries(unified).map(([file, value]) => {
    const { place, controller } = checkUnified(layout, places, { file, value });
    if (present !== undefined && controller !== "cgroup")
      requirePassedOn(place, { controller, text: `${file}=${value}`, read: present.read });
    return changeOf(place, { file, value }, { current: currentOf(place, present), label: `set ${file} to ${value}` });
  });
}

function deviceChanges(layout: Layout, places: readonly Place[], { limits, present }: Asked): Change[] {
  const { devices: rules } = limits;
  if (rules === undefined) return [];
  const policy = devicePolicy(rules);
  const text = `a list of ${rules.length} device rules`;
  const place = placeOf(places, "devices");
  if (place !== undefined) {
    if (present !== undefined) requirePassedOn(place, { controller: "devices", text, read: present.read });
    const current = currentOf(place, present);
    return deviceWrites(policy, current).map((one) => changeOf(place, one, { current, label: deviceLabel(one) }));
  }
  const unified = unifiedPlace(places);
  if (unified === undefined) throw missingController(layout, "devices", text);
  const attached = present?.devicePrograms(unified.directory) ?? [];
  if (attached.length > 1) throw severalPrograms(unified, attached);
  if (policy.allow && policy.exceptions.length === 0 && attached.length === 0) return [];
  return [{ step: attachDeviceProgram(unified.directory, policy, attached[0]), undo: [] }];
}

function severalPrograms({ directory }: Place, attached: readonly number[]): CgroupError {
  return new CgroupError(
    "WB_CGROUP_LIMIT",
    `${directory} has ${attached.length} device programs (${attached.join(", ")}), not one that could be replaced`,
    { path: directory, hint: "bpftool cgroup show DIRECTORY says whose they are; a device must be allowed by all" },
  );
}

function deviceLabel({ file, value }: Write): string {
  return `${file === "devices.allow" ? "allow" : "deny"} ${value === "a" ? "all devices" : `the device ${value}`}`;
}

/** `memory.swap.max=0`, for the field `swapMax`. */
function limitText(controller: string, limits: object | undefined): string {
  const given = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined);
  const words = given.map(([key, value]) => {
    const word = key.replaceAll(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`);
    return `${controller}.${word}=${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
  return words.join(" ");
}
