import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { hostState, temporaryDirectory } from "../src/index.ts";

test("temporaryDirectory() is removed at the end of its block, full or not", () => {
  let path: string;
  {
    using directory = temporaryDirectory();
    path = directory.path;
    mkdirSync(join(path, "a/b"), { recursive: true });
    writeFileSync(join(path, "a/b/file"), "");
  }
  expect(existsSync(path)).toBe(false);
});

test("hostState() sees a file left open and a child left running", async () => {
  const before = hostState();
  const fd = openSync("/dev/null", "r");
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const during = hostState();
  closeSync(fd);
  child.kill();
  await once(child, "exit");

  expect(during.fds).toContain(`${fd} /dev/null`);
  expect(during.children).toEqual([...before.children, `${child.pid} sleep`].toSorted());
  const after = hostState();
  expect([after.fds, after.children]).toEqual([before.fds, before.children]);
});

test("hostState() names mounts and namespaces", async () => {
  const { mounts, namespaces } = hostState();
  const { stdout } = await execa("readlink", ["/proc/self/ns/net"]);
  expect(mounts).toContain("/proc proc");
  expect(namespaces).toContain(stdout);
});
