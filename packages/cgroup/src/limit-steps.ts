import type { Step } from "@wb/syscall";
import { type ControllerName, controllerNames, writesOf } from "./controllers.ts";
import { deviceWrites } from "./controllers/devices.ts";
import { attachDeviceProgram } from "./devices/attach.ts";
import { devicePolicy } from "./devices/policy.ts";
import type { Layout } from "./layout.ts";
import type { Limits } from "./limits.ts";
import { missingController } from "./missing-controller.ts";
import { type Place, placeOf, unifiedPlace } from "./place.ts";
import { writeFile } from "./steps.ts";

/** Sets the limits of a new group, each where its controller is. @throws CgroupError for one that cannot be set */
export function limitSteps(layout: Layout, places: readonly Place[], limits: Limits): Step[] {
  return [
    ...controllerNames.flatMap((name) => controllerSteps(layout, places, limits, name)),
    ...deviceSteps(layout, places, limits),
  ];
}

function controllerSteps(layout: Layout, places: readonly Place[], limits: Limits, name: ControllerName): Step[] {
  const given = Object.entries(limits[name] ?? {}).filter(([, value]) => value !== undefined);
  if (given.length === 0) return [];
  const place = placeOf(places, name);
  if (place === undefined)
    throw missingController(layout, name, given.map(([key, value]) => limitText(name, key, value)).join(" "));
  const writes = writesOf(name, limits, place.hierarchy.version, FRESH);
  return writes.map(({ file, value }) => writeFile(`${place.directory}/${file}`, value, `set ${file} to ${value}`));
}

/** A new group has the kernel's defaults. */
const FRESH = (): undefined => undefined;

function deviceSteps(layout: Layout, places: readonly Place[], { devices: rules }: Limits): Step[] {
  if (rules === undefined) return [];
  const policy = devicePolicy(rules);
  const place = placeOf(places, "devices");
  if (place !== undefined) {
    return deviceWrites(policy, FRESH).map(({ file, value }) =>
      writeFile(`${place.directory}/${file}`, value, deviceLabel(file, value)),
    );
  }
  const unified = unifiedPlace(places);
  if (unified === undefined) throw missingController(layout, "devices", `a list of ${rules.length} device rules`);
  return policy.allow && policy.exceptions.length === 0 ? [] : [attachDeviceProgram(unified.directory, policy)];
}

function deviceLabel(file: string, value: string): string {
  return `${file === "devices.allow" ? "allow" : "deny"} ${value === "a" ? "all devices" : `the device ${value}`}`;
}

/** `memory.swap.max=0`, for the field `swapMax`. */
function limitText(controller: string, key: string, value: unknown): string {
  const words = key.replaceAll(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`);
  return `${controller}.${words}=${typeof value === "string" ? value : JSON.stringify(value)}`;
}
