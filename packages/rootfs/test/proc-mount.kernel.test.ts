/** /proc stays procfs: CVE-2019-16884, CVE-2019-19921. */
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { bind, mount, proc, tmpfs } from "../src/index.ts";
import { outputInContainer } from "./support/container.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

test.each(["/proc", "/proc/", "proc"])("nothing but procfs is mounted on %s (CVE-2019-19921)", (destination) => {
  expect(() => tmpfs(destination)).toThrow(new TypeError('on /proc only procfs can be mounted, which "tmpfs" is not'));
});

test.each(["/proc/self", "/proc/self/attr", "/proc/sys", "/proc/uptime/x"])("nothing is mounted on %s", (place) => {
  expect(() => bind("/etc", place)).toThrow(new TypeError(`"${place}" is in /proc, where nothing can be mounted`));
});

needs("a bind mount on /proc must be one of procfs", async () => {
  using root = busyboxRoot();
  using data = temporaryDirectory();
  const on = (source: string) =>
    outputInContainer(root.path, "cat /proc/self/comm", { mounts: [bind(source, "/proc")] });
  expect(await on("/proc")).toBe("cat");
  await expect(on(data.path)).rejects.toMatchObject({
    message: expect.stringContaining("only procfs can be mounted on /proc"),
  });
});

needs("nothing is mounted in /proc by a symbolic link that leads there (CVE-2019-19921)", async () => {
  using root = busyboxRoot();
  for (const [name, target] of [
    ["a", "/proc"],
    ["b", "proc/self/attr"],
    ["c", "/proc/sys/kernel"],
  ] as const) {
    symlinkSync(target, join(root.path, name));
    await expect(outputInContainer(root.path, "true", { mounts: [proc(), tmpfs(`/${name}`)] })).rejects.toMatchObject({
      message: expect.stringContaining(`/${name} leads to /proc, where nothing can be mounted`),
    });
  }
});

needs("files that lxcfs emulates are mounted on", async () => {
  using root = busyboxRoot();
  using data = temporaryDirectory();
  writeFileSync(join(data.path, "uptime"), "1.00 2.00");
  const emulated = mount(
    { destination: "/proc/uptime", source: join(data.path, "uptime"), options: ["bind"] },
    { kind: "file" },
  );
  expect(await outputInContainer(root.path, "cat /proc/uptime", { mounts: [proc(), emulated] })).toBe("1.00 2.00");
});
