import { expect, test } from "vitest";
import * as ns from "../src/index.ts";

test("the package exports these names", () => {
  expect(Object.keys(ns).toSorted()).toMatchInlineSnapshot(`
    [
      "CommandError",
      "NAMESPACES",
      "NsProcess",
      "PinError",
      "STDIO",
      "blockingStdio",
      "closeOnExec",
      "commandSteps",
      "createUserNamespace",
      "defaultSignals",
      "enter",
      "exec",
      "idMapText",
      "idOutside",
      "inNamespace",
      "list",
      "namespaceFlags",
      "parseIdMap",
      "pin",
      "planSpawn",
      "spawn",
      "unpin",
      "unshare",
      "userNamespaceHolder",
    ]
  `);
});
