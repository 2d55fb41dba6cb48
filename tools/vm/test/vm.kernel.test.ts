import { existsSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { execa } from "execa";
import { expect } from "vitest";

const guest = requires("root", "x64", "command:qemu-system-x86_64");

function vm(...args: readonly string[]) {
  return execa(process.execPath, [join(import.meta.dirname, "../main.ts"), ...args], { reject: false, cwd: "/usr" });
}

// The first one installs and unpacks what is missing.
const timeout = 600_000;

guest("vm runs a command on cgroup v2 in the directory it is called in", { timeout }, async () => {
  const marker = "/usr/wb-vm-was-here";
  const script = `stat -f -c %T /sys/fs/cgroup; cat /proc/self/cgroup; hostname; pwd; wc -c; touch ${marker} && echo err >&2; seq 20000 | tail -c 108894; exit 37`;
  const { stdout, stderr, exitCode } = await vm("--cgroup", "v2", "--", "sh", "-c", script);
  const numbers = Array.from({ length: 20_000 }, (_, index) => index + 1);
  expect(stdout).toBe(["cgroup2fs", "0::/", "vm", "/usr", "0", ...numbers].join("\n"));
  expect([stderr.split("\n").at(-1), exitCode]).toEqual(["err", 37]);
  expect(existsSync(marker)).toBe(false);
});

guest("vm --init systemd boots systemd, with the command as a service", { timeout }, async () => {
  const { stdout, exitCode } = await vm(
    "--init",
    "systemd",
    "--",
    "sh",
    "-c",
    "cat /proc/1/comm /proc/self/cgroup; exit 3",
  );
  expect(stdout).toBe("systemd\n0::/system.slice/vm.service");
  expect(exitCode).toBe(3);
});

// Not installed by tools/test.ts: two minutes of downloads, and two more for this test.
const arm64Guest = requires("root", "x64", "command:qemu-system-aarch64");

arm64Guest("vm --arch arm64 runs wb on another processor", { timeout }, async () => {
  const wb = join(import.meta.dirname, "../../../wb");
  const script =
    'uname -m; "$1" run --rm --net none --rootfs /:O -m 64m sh -c "cut -d: -f3 /proc/self/cgroup; uname -m"';
  const { stdout } = await vm("--arch", "arm64", "--", "sh", "-c", script, "sh", wb);
  expect(stdout).toBe(["aarch64", "/", "aarch64"].join("\n"));
});

guest("vm ends with 124 when the time is over", { timeout }, async () => {
  const { stdout, stderr, exitCode } = await vm("--timeout", "0.5", "--", "true");
  expect([stdout, exitCode]).toEqual(["", 124]);
  expect(stderr).toContain("vm: the command had not ended after 0.5 s");
});
