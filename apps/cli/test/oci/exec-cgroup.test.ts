import { expect, test } from "vitest";
import { parseSubgroups } from "../../src/oci/commands/exec-cgroup.ts";

test("parseSubgroups() takes one path, or a path for each controller", () => {
  expect(parseSubgroups(["a/b"])).toEqual([{ path: "a/b" }]);
  expect(parseSubgroups(["cpu,cpuacct:/x", "memory:y"])).toEqual([
    { controllers: ["cpu", "cpuacct"], path: "/x" },
    { controllers: ["memory"], path: "y" },
  ]);
});

test("parseSubgroups() refuses the rest, in runc's words", () => {
  expect(() => parseSubgroups(["a", "b"])).toThrow("invalid --cgroup argument: a (missing <controller>: prefix)");
  expect(() => parseSubgroups(["a:b:c"])).toThrow("invalid --cgroup argument: a:b:c");
});
