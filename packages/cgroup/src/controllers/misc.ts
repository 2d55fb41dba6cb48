import { checkRange, type Controller, type Current, type Write } from "../controller.ts";
import { checkKey } from "../key.ts";
import { writeKeyed } from "../keyed.ts";
import type { MiscLimits } from "../limits.ts";
import { parseFlatKeyed } from "../parse.ts";

/** `misc.current`, by resource. */
export type MiscStats = Readonly<Record<string, number>>;

/** cgroup-v2.rst, "Misc"; Documentation/admin-guide/cgroup-v1/misc.rst (both Linux 5.13). The same file on both. */
export const misc: Controller<MiscLimits, MiscStats> = {
  v1: { controller: "misc", writes, stats },
  v2: { controller: "misc", writes, stats },
};

function writes(limits: MiscLimits, current: Current): Write[] {
  return Object.entries(limits).map(([resource, max]) => {
    checkKey("misc.max", resource);
    if (max !== "max") checkRange(`${resource} in misc.max`, max, 0);
    return writeKeyed("misc.max", { key: resource, value: String(max), none: "max" }, current);
  });
}

function stats(current: Current): MiscStats | undefined {
  const text = current("misc.current");
  return text === undefined ? undefined : parseFlatKeyed(text);
}
