import { explain } from "@wb/syscall";
import { describe, expect, test } from "vitest";
import { ownNamespaces, SysctlError, sysctlSteps } from "../src/index.ts";

const ALL = { namespaces: ["ipc", "network", "uts", "user"], procfs: "open" } as const;

describe("sysctlSteps()", () => {
  test.each([
    ["net.ipv4.ip_forward", "sys/net/ipv4/ip_forward"],
    ["net/ipv4/ip_forward", "sys/net/ipv4/ip_forward"],
    ["net.ipv4.conf.eth0/1.forwarding", "sys/net/ipv4/conf/eth0.1/forwarding"],
    ["net/ipv4/conf/eth0.1/forwarding", "sys/net/ipv4/conf/eth0.1/forwarding"],
    ["kernel.shm_rmid_forced", "sys/kernel/shm_rmid_forced"],
    ["kernel/sem", "sys/kernel/sem"],
    ["fs.mqueue.msg_max", "sys/fs/mqueue/msg_max"],
    ["user.max_user_namespaces", "sys/user/max_user_namespaces"],
  ])("writes %s to %s", (name, path) => {
    const text = explain(sysctlSteps({ [name]: "1" }, ALL));
    expect(text).toContain(
      `openat2(procfs, "${path}", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}`,
    );
  });

  test("has a procfs for all of them, and none when there are none", () => {
    const labels = sysctlSteps(
      { "net.core.somaxconn": "1", "kernel.domainname": "it's" },
      { namespaces: ["network", "uts"] },
    );
    expect(labels.map(({ label, shell }) => [label, shell])).toEqual([
      ["open a procfs that nothing is mounted over", "mount -t proc proc PRIVATE"],
      ['set net.core.somaxconn to "1"', "sysctl -w net.core.somaxconn=1"],
      ['set kernel.domainname to "it\'s"', "domainname 'it'\\''s'"],
      ["close that procfs", undefined],
    ]);
    expect(sysctlSteps({}, ALL)).toEqual([]);
  });

  test.each([
    ["kernel.shmmax", "ipc"],
    ["fs.mqueue.msg_max", "ipc"],
    ["net.ipv4.ip_forward", "network"],
    ["net/ipv4/ip_forward", "network"],
    ["kernel.domainname", "uts"],
    ["user.max_user_namespaces", "user"],
  ])("refuses %s without a %s namespace", (name, kind) => {
    const namespaces = ALL.namespaces.filter((one) => one !== kind);
    const error = errorOf({ [name]: "1" }, namespaces);
    expect(error).toMatchObject({
      name: "SysctlError",
      code: "WB_SYSCTL",
      sysctl: name,
      value: "1",
      message: `sysctl "${name}" cannot be set to "1": it is the host's, for the container has no ${kind} namespace of its own`,
      hint: expect.stringContaining(kind) as string,
    });
  });

  test.each([
    "kernel.core_pattern",
    "kernel/core_pattern",
    "vm.overcommit_memory",
    "fs.file-max",
    "kernel.shm_next_id",
    "fs.mqueuex.a",
    "netx.ipv4",
    "net", // a directory
    "kernel.msgmax.x",
    "kernel.domainname/x",
  ])("refuses %s: it is the whole machine's", (name) => {
    expect(errorOf({ [name]: "1" }).message).toMatch(/: it is not in a separate kernel namespace/u);
  });

  test.each([
    "",
    ".",
    "/",
    "net..ipv4",
    "net.ipv4.",
    "/net/ipv4",
    ".net",
    "net/../kernel/core_pattern",
    "net./.x",
    "net/./x",
    "net.ipv4.//.x",
    "net.a\0b",
  ])("refuses %j: it is no name", (name) => {
    expect(errorOf({ [name]: "1" }).message).toMatch(/: (this is no name|it is not in a separate)/u);
  });

  test("refuses kernel.hostname, which the configuration has a field for", () => {
    expect(errorOf({ "kernel.hostname": "x" })).toMatchObject({
      message: 'sysctl "kernel.hostname" cannot be set to "x": it conflicts with the `hostname` of the configuration',
      hint: "set `hostname` instead",
    });
  });

  test("refuses one sysctl in two spellings", () => {
    expect(errorOf({ "net.core.somaxconn": "1", "net/core/somaxconn": "2" }).message).toMatch(/: it is given twice$/u);
  });

  test("refuses a domain name that the kernel would cut", () => {
    expect(errorOf({ "kernel.domainname": "x".repeat(65) }).message).toMatch(
      /: it has 65 bytes: the kernel takes at most 64$/u,
    );
  });
});

test("ownNamespaces() takes new ones, and those of others", () => {
  const namespaces = [
    { type: "ipc" },
    { type: "uts", path: "" },
    { type: "network", path: "/proc/self/ns/net" },
    { type: "mount", path: "/proc/self/ns/mnt" },
    { type: "user", path: "/proc/self/ns/uts" },
  ];
  expect(ownNamespaces(namespaces)).toEqual(["ipc", "uts", "user"]);
});

function errorOf(
  sysctls: Readonly<Record<string, string>>,
  namespaces: readonly string[] = ALL.namespaces,
): SysctlError {
  try {
    sysctlSteps(sysctls, { namespaces });
  } catch (error) {
    if (error instanceof SysctlError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
