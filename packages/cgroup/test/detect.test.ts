import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { detect } from "../src/detect.ts";

test("detect() finds hierarchies that are really there, without privileges", () => {
  for (const { mountpoint } of detect().hierarchies) expect(existsSync(`${mountpoint}/cgroup.procs`)).toBe(true);
});

test("detect() finds nothing where there is no /proc", () => {
  expect(detect({ read: () => undefined })).toEqual({ kind: "none", hierarchies: [], unmounted: [], disabled: [] });
});
