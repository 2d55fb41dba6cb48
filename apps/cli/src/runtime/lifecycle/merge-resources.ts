import type { Resources } from "../../oci/resources.ts";

export interface MergedResources {
  /** What the container has from now on. */
  readonly merged: Resources;
  /** What is to be written for it: the changes, and what they only make sense with. */
  readonly written: Resources;
}

/**
 * Puts changes of `linux.resources` into what a container has. As with runc, 0, "" and what is left out change nothing, and
 * rules for devices are kept as they are: an engine may have added to them.
 *
 * Some limits depend on each other, and are written together: that of swap is one of the sum, the quota counts by the period.
 */
export function mergeResources(now: Resources, changes: Resources): MergedResources {
  const { devices: _devices, ...rest } = changes;
  const wanted: Resources = { ...rest, ...given("memory", memoryOf(changes)) };
  const changed = Object.entries(wanted).flatMap(([part, value]) => {
    const kept = withoutUnset(part, value);
    return kept === undefined ? [] : [[part, kept] as const];
  });
  const merged: Record<string, unknown> = { ...now };
  const written: Record<string, unknown> = {};
  for (const [part, value] of changed) {
    const before = merged[part];
    merged[part] = isRecord(value) && isRecord(before) ? { ...before, ...value } : value;
    written[part] = isRecord(value) ? { ...dependent(merged[part], value), ...value } : value;
  }
  return { merged, written };
}

/** As runc: memory without a limit has swap without. */
function memoryOf({ memory }: Resources): Resources["memory"] {
  return memory?.limit === -1 && memory.swap === undefined ? { ...memory, swap: -1 } : memory;
}

function withoutUnset(part: string, value: unknown): unknown {
  if (!isRecord(value)) return Array.isArray(value) && value.length === 0 ? undefined : value;
  const kept = Object.entries(value).filter(
    ([name, entry]) => entry !== undefined && entry !== "" && (entry !== 0 || COUNTS.has(`${part}.${name}`)),
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Where 0 is a value. */
const COUNTS: ReadonlySet<string> = new Set(["cpu.idle", "cpu.burst", "memory.swappiness"]);

function dependent(all: unknown, changed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = TOGETHER.filter((group) => group.some((name) => name in changed)).flat();
  const entries = Object.entries(isRecord(all) ? all : {});
  return Object.fromEntries(entries.filter(([name]) => names.includes(name)));
}

const TOGETHER: readonly (readonly string[])[] = [
  ["limit", "swap"],
  ["quota", "period", "burst"],
  ["realtimeRuntime", "realtimePeriod"],
];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function given<T>(name: string, value: T | undefined): Record<string, T> {
  return value === undefined ? {} : { [name]: value };
}
