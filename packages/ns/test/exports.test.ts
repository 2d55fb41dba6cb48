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
      "SUPERVISED_PIDFD",
      "awaitParent",
      "blockingStdio",
      "closeOnExec",
      "closeOthers",
      "commandSteps",
      "create",
      "createUserNamespace",
      "defaultSignals",
      "enter",
      "exec",
      "findCommand",
      "idMapText",
      "idOutside",
      "inNamespace",
      "joinSteps",
      "list",
      "namespaceFlags",
      "parseIdMap",
      "pin",
      "planSpawn",
      "spawn",
      "sync",
      "unpin",
      "unshare",
      "untraced",
      "userNamespaceHolder",
      "workingDirectory",
    ]
  `);
});
