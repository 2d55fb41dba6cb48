import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "@wb/ns";
import { AT_FDCWD, call, step } from "@wb/syscall";
import { leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import { privatePropagation, sysctlSteps } from "../src/index.ts";
import { outputOfShell } from "./support/container.ts";

leavesHostUnchanged();

const needs = requires("root", "fsopen", "openat2", "netns");

const NAMESPACES = ["mount", "ipc", "net", "uts"] as const;

const SYSCTLS = {
  "net.ipv4.ip_forward": "1",
  "net/ipv4/ping_group_range": "0 1000",
  "net.ipv4.conf.lo.forwarding": "0",
  "kernel.msgmax": "4096",
  "kernel.sem": "1 2 3 4",
  "fs.mqueue.msg_max": "7",
  "kernel.domainname": "example.org",
};

const READ =
  "cd /proc/sys; cat net/ipv4/ip_forward net/ipv4/ping_group_range net/ipv4/conf/lo/forwarding kernel/msgmax kernel/sem fs/mqueue/msg_max kernel/domainname";

const WRITTEN = ["1", "0\t1000", "0", "4096", "1\t2\t3\t4", "7", "example.org"].join("\n");

needs("sysctlSteps() sets what the namespaces have, and leaves the host's", async () => {
  const before = await outputOfShell(READ, { namespaces: [] });
  const setup = sysctlSteps(SYSCTLS, { namespaces: ["ipc", "network", "uts"] });
  expect(await outputOfShell(READ, { namespaces: NAMESPACES, setup })).toBe(WRITTEN);
  expect(await outputOfShell(READ, { namespaces: [] })).toBe(before);
});

requires(
  "root",
  "userns",
  "kernel>=6.10",
)("sysctlSteps() sets them in a user namespace, too", async () => {
  const setup = sysctlSteps(
    { ...SYSCTLS, "user.max_net_namespaces": "3" },
    { namespaces: ["ipc", "network", "user", "uts"] },
  );
  const script = `${READ} user/max_net_namespaces`;
  const maps = {
    uidMap: [{ inside: 0, outside: 0, count: 65_536 }],
    gidMap: [{ inside: 0, outside: 0, count: 65_536 }],
  };
  const namespaces = [...NAMESPACES, "user"] as const;
  expect(await outputOfShell(script, { namespaces, ...maps, setup })).toBe(`${WRITTEN}\n3`);
});

needs("sysctlSteps() names an interface that has dots", async () => {
  const link = "ip link add wb0.1 type dummy";
  const setup = sysctlSteps({ "net.ipv4.conf.wb0/1.forwarding": "1" }, { namespaces: ["network"] });
  // Without the interface, the kernel says that there is no such sysctl.
  await expect(outputOfShell(link, { namespaces: NAMESPACES, setup })).rejects.toMatchObject({
    code: "ENOENT",
    path: "sys/net/ipv4/conf/wb0.1/forwarding",
    step: 'set net.ipv4.conf.wb0/1.forwarding to "1"',
    hint: expect.stringContaining("net/ipv4/conf/eth0.1/forwarding") as string,
  });
});

needs("sysctlSteps() fails with the kernel's refusal of a value", async () => {
  const setup = sysctlSteps({ "net.ipv4.ip_forward": "many" }, { namespaces: ["network"] });
  await expect(spawn(["true"], { namespaces: NAMESPACES, setup })).rejects.toMatchObject({
    code: "EINVAL",
    syscall: "write",
    step: 'set net.ipv4.ip_forward to "many"',
  });
});

needs("sysctlSteps() writes to nothing that is mounted on /proc (CVE-2025-52881)", async () => {
  using directory = temporaryDirectory("wb-sysctl-");
  const decoy = join(directory.path, "decoy");
  writeFileSync(decoy, "untouched");
  const hostile = step("mount a tmpfs on /proc", [
    call("mount", "tmpfs", "/proc", "tmpfs", 0, null),
    ...["sys", "sys/net", "sys/net/ipv4"].map((name) => call("mkdirat", AT_FDCWD, `/proc/${name}`, 0o755)),
    call("symlinkat", decoy, AT_FDCWD, "/proc/sys/net/ipv4/ip_forward"),
  ]);
  const setup = [
    privatePropagation(),
    hostile,
    ...sysctlSteps({ "net.ipv4.ip_forward": "1" }, { namespaces: ["network"] }),
    step("uncover /proc", [call("umount2", "/proc", 0)]),
  ];
  expect(await outputOfShell("cat /proc/sys/net/ipv4/ip_forward", { namespaces: NAMESPACES, setup })).toBe("1");
  expect(readFileSync(decoy, "utf8")).toBe("untouched");
});
