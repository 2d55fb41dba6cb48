import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { homeOf } from "../src/runtime/home.ts";

test.each([
  [{}, 0, { HOME: "/root" }],
  [{ HOME: "" }, 0, { HOME: "/root" }],
  [{ HOME: "/given" }, 0, {}],
  [{}, 5, { HOME: "/" }],
  [{}, 6, { HOME: "/" }],
])("homeOf() with %j for user %i is %j", (env, uid, expected) => {
  using root = temporaryDirectory();
  mkdirSync(join(root.path, "etc"));
  writeFileSync(join(root.path, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nfive:x:5:5:::\nbroken\n");
  expect(homeOf(env, uid, root.path)).toEqual(expected);
});

test("homeOf() does without passwd(5), and reads none outside of the root", () => {
  using root = temporaryDirectory();
  expect(homeOf({}, 0, root.path)).toEqual({ HOME: "/" });
  mkdirSync(join(root.path, "etc"));
  symlinkSync("/etc/passwd", join(root.path, "etc/passwd"));
  expect(homeOf({}, 0, root.path)).toEqual({ HOME: "/" });
});
