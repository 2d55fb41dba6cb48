import { CLONE } from "@wb/syscall";
import { expect, test } from "vitest";
import { NAMESPACES, namespaceFlags } from "../src/index.ts";

test("namespaceFlags() ors the flags of its kinds, however often one is named", () => {
  expect(namespaceFlags([])).toBe(0);
  expect(namespaceFlags(["mount", "pid"])).toBe(CLONE.NEWNS | CLONE.NEWPID);
  expect(namespaceFlags(["pid", "pid"])).toBe(CLONE.NEWPID);
});

test("namespaceFlags() of all kinds is a positive integer that holds every flag once", () => {
  const kinds = Object.values(NAMESPACES);
  expect(namespaceFlags(Object.keys(NAMESPACES) as (keyof typeof NAMESPACES)[])).toBe(
    kinds.reduce((sum, { flag }) => sum + flag, 0),
  );
});
