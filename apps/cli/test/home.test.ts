import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { completeProcess } from "../src/oci/complete-spec.ts";
import { withHome } from "../src/runtime/home.ts";

function processOf(env: readonly string[], uid: number) {
  return completeProcess({ args: ["true"], cwd: "/", env, user: { uid, gid: uid } });
}

test.for([
  { env: [], uid: 0, expected: ["HOME=/root"] },
  { env: ["A=1", "HOME="], uid: 0, expected: ["A=1", "HOME=", "HOME=/root"] },
  { env: ["HOME=/given"], uid: 0, expected: ["HOME=/given"] },
  { env: [], uid: 5, expected: ["HOME=/"] },
  { env: [], uid: 6, expected: ["HOME=/"] },
])("withHome() makes of $env for user $uid $expected", ({ env, uid, expected }) => {
  using root = temporaryDirectory();
  mkdirSync(join(root.path, "etc"));
  writeFileSync(join(root.path, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nfive:x:5:5:::\nbroken\n");
  expect(withHome(processOf(env, uid), { root: root.path }).env).toEqual(expected);
});

test("withHome() does without passwd(5), and reads none outside of the root", () => {
  using root = temporaryDirectory();
  expect(withHome(processOf([], 0), { root: root.path }).env).toEqual(["HOME=/"]);
  mkdirSync(join(root.path, "etc"));
  symlinkSync("/etc/passwd", join(root.path, "etc/passwd"));
  expect(withHome(processOf([], 0), { root: root.path }).env).toEqual(["HOME=/"]);
});

test("withHome() reads the passwd(5) that is bound there", () => {
  using root = temporaryDirectory();
  writeFileSync(join(root.path, "users"), "web:x:7:7::/srv/web:/bin/sh\n");
  const mounts = [{ destination: "/etc/passwd", type: "bind", source: "users", options: ["bind"] }];
  expect(withHome(processOf([], 7), { root: root.path, mounts, bundle: root.path }).env).toEqual(["HOME=/srv/web"]);
});
