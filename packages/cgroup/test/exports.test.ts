import { expect, test } from "vitest";
import * as cgroup from "../src/index.ts";

test("the package exports what its README lists", () => {
  expect(Object.keys(cgroup).toSorted()).toEqual([
    "Cgroup",
    "CgroupError",
    "bfqToWeight",
    "cgroupPath",
    "createCgroup",
    "detect",
    "hierarchyId",
    "mountNamedHierarchy",
    "openCgroup",
    "parseLayout",
    "parseSize",
    "planCgroup",
    "readCgroupFile",
    "releaseAgent",
    "setReleaseAgent",
    "sharesToWeight",
    "unmountNamedHierarchy",
    "weightToShares",
  ]);
});
