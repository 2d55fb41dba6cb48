import { expect, test } from "vitest";
import { containerGroup } from "../src/engine/container-group.ts";
import { isScopeName } from "../src/runtime/container-cgroup.ts";

const V2 = { kind: "unified" } as const;
const HYBRID = { kind: "hybrid" } as const;
const ID = "0123456789abcdef";

test("containerGroup() is a flat path by default, and below a parent that was given", () => {
  expect(containerGroup(ID, HYBRID)).toEqual({ cgroupsPath: `/wb-${ID}`, path: `/wb-${ID}` });
  const options = { cgroupManager: "cgroupfs", cgroupParent: "a//b" } as const;
  expect(containerGroup(ID, V2, options)).toEqual({ cgroupsPath: `/a/b/wb-${ID}`, path: `/a/b/wb-${ID}` });
  expect(() => containerGroup(ID, HYBRID, { cgroupManager: "cgroupfs", cgroupParent: "../a" })).toThrow('".." in it');
});

test("containerGroup() is a scope in a slice with systemd", () => {
  expect(containerGroup(ID, V2, { cgroupManager: "systemd" })).toEqual({
    cgroupsPath: `system.slice:wb:${ID}`,
    path: `/system.slice/wb-${ID}.scope`,
  });
  const inSlice = containerGroup(ID, HYBRID, { cgroupManager: "systemd", cgroupParent: "a-b.slice" });
  expect(inSlice.path).toBe(`/a.slice/a-b.slice/wb-${ID}.scope`);
  const refused = { cgroupManager: "systemd", cgroupParent: "/a" } as const;
  expect(() => containerGroup(ID, V2, refused)).toThrow("with systemd it is a slice");
});

test("isScopeName() tells slice:prefix:name from a path", () => {
  expect([isScopeName("system.slice:wb:1"), isScopeName("/a:b:c"), isScopeName("/wb-1")]).toEqual([true, false, false]);
});
