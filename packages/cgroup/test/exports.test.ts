import { expect, test } from "vitest";
import * as cgroup from "../src/index.ts";

test("the package exports what its README lists", () => {
  expect(Object.keys(cgroup).toSorted()).toEqual([
    "Cgroup",
    "CgroupError",
    "cgroupPath",
    "createCgroup",
    "createScope",
    "detect",
    "hierarchyId",
    "isSystemdBooted",
    "openCgroup",
    "parseLayout",
    "parseSize",
    "planCgroup",
    "planScope",
    "sharesToWeight",
    "weightToShares",
  ]);
});
