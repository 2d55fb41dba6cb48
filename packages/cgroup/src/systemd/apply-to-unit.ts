import type { Step } from "@wb/syscall";
import { applyLimits } from "../apply.ts";
import { limitChanges } from "../changes.ts";
import { attachedDevicePrograms } from "../devices/query.ts";
import { CgroupError } from "../error.ts";
import type { Layout } from "../layout.ts";
import type { Limits } from "../limits.ts";
import { placesOf } from "../place.ts";
import { readIfPresent } from "../read.ts";
import type { Waiting } from "../wait.ts";
import { type ManagerKind, withManager } from "./manager.ts";
import { presentLimits } from "./present-limits.ts";
import { changedProperties, type UnitProperty } from "./properties.ts";
import { readSettings, restoreSettings, type Settings } from "./settings.ts";

/** A unit and its group. */
export interface UnitGroup {
  readonly unit: string;
  readonly manager: ManagerKind;
  readonly path: string;
  readonly layout: Layout;
}

/**
 * Sets limits of a unit's group: all of them or none, in the files and in systemd. systemd first, as runc does, for it writes
 * not only what it is told but all that it has (settings.ts); then what it wrote and was not asked for is written back, and
 * then the limits themselves, exact, and those that it has no property for.
 *
 * @throws CgroupError as {@link applyLimits}; `WB_CGROUP_SYSTEMD` when systemd cannot be reached or refuses
 */
export function* applyingToUnit(group: UnitGroup, limits: Limits): Waiting<void> {
  const { layout, path } = group;
  const places = placesOf(layout, path);
  const read = readIfPresent;
  const changes = limitChanges(layout, places, limits, { read, devicePrograms: attachedDevicePrograms });
  const properties = changedProperties(limits, presentLimits(places, read));
  if (properties.told.length === 0) return applyLimits(layout, places, limits);
  const before = readSettings(places, read);
  try {
    yield* telling(group, properties.told);
    restoreSettings(
      without(
        before,
        changes.flatMap(({ step }) => filesOf(step)),
      ),
      read,
    );
    applyLimits(layout, places, limits);
  } catch (error) {
    yield* takingBack(group, { error, properties: properties.former, before });
  }
}

function telling({ unit, manager: kind }: UnitGroup, properties: readonly UnitProperty[]): Waiting<void> {
  return withManager(kind, (manager) => manager.setUnitProperties(unit, properties));
}

/**
 * What is asked for is not put back in between, where less than is in use would kill. The CPU is: a quota alone is for the
 * period that there was.
 */
function without(settings: Settings, files: readonly string[]): Settings {
  return new Map([...settings].filter(([file]) => /\/cpu\.[^/]*$/.test(file) || !files.includes(file)));
}

function filesOf({ body }: Step): string[] {
  return body.flatMap((instruction) => {
    if (!("call" in instruction) || instruction.call !== "openat") return [];
    const [, file] = instruction.args;
    return typeof file === "string" ? [file] : [];
  });
}

interface Failed {
  readonly error: unknown;
  readonly properties: readonly UnitProperty[];
  readonly before: Settings;
}

/** systemd checks all properties before it takes one: when it refuses, nothing has changed. */
function* takingBack(group: UnitGroup, { error, properties, before }: Failed): Waiting<never> {
  const isRefused = error instanceof CgroupError && error.code === "WB_CGROUP_SYSTEMD";
  try {
    if (!isRefused) yield* telling(group, properties);
  } catch (cause) {
    throw kept(error, cause);
  } finally {
    restoreSettings(before, readIfPresent);
  }
  throw error;
}

function kept(error: unknown, cause: unknown): CgroupError {
  const [first, second] = [error, cause].map((one) => (one instanceof Error ? one.message : String(one)));
  return new CgroupError("WB_CGROUP_SYSTEMD", `${first}; and the limits before could not be told: ${second}`, {
    cause: error,
    hint: "systemd has the new limits, which come into force when it reloads: set the old ones by systemctl set-property --runtime",
  });
}
