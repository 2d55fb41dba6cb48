import { expect, test } from "vitest";
import * as cgroup from "../src/index.ts";

test("the package exports what its README lists", () => {
  expect(Object.keys(cgroup).toSorted()).toEqual([
    "Cgroup",
    "CgroupError",
    "bfqToWeight",
    "cgroupPath",
    "createCgroup",
    "createDelegatedCgroup",
    "createScope",
    "delegatedLayout",
    "detect",
    "groupsBelow",
    "hierarchyId",
    "isFrozen",
    "isSystemdBooted",
    "mountNamedHierarchy",
    "openCgroup",
    "openScope",
    "parseLayout",
    "parseSize",
    "planCgroup",
    "planScope",
    "readCgroupFile",
    "releaseAgent",
    "setReleaseAgent",
    "sharesToWeight",
    "unitName",
    "unmountNamedHierarchy",
    "weightToShares",
  ]);
});
