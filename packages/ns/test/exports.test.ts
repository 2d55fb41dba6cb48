import { expect, test } from "vitest";
import * as ns from "../src/index.ts";

test("the package exports these names", () => {
  expect(Object.keys(ns).toSorted()).toMatchInlineSnapshot(`
    [
      "CommandError",
      "NAMESPACES",
      "NsProcess",
      "blockingStdio",
      "commandSteps",
      "defaultSignals",
      "enter",
      "exec",
      "idMapText",
      "inNamespace",
      "list",
      "namespaceFlags",
      "pin",
      "planSpawn",
      "spawn",
      "unpin",
      "unshare",
    ]
  `);
});
