import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { call, isSyscallError, step } from "@wb/syscall";
import { hostState, leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { type Namespace, NAMESPACES, spawn, type SpawnOptions } from "../src/index.ts";
import { KINDS, newKinds, printNamespaces } from "./support/namespace-links.ts";
import { outputOf, outputOfShell } from "./support/output-of.ts";

leavesHostUnchanged();

const identity = [{ inside: 0, outside: 0, count: 4_294_967_295 }];

function optionsFor(namespaces: readonly Namespace[]): SpawnOptions {
  return { namespaces, ...(namespaces.includes("user") ? { uidMap: identity, gidMap: identity } : {}) };
}

const combinations: readonly (readonly Namespace[])[] = [
  [],
  ...KINDS.map((kind) => [kind]),
  ["mount", "pid"],
  ["mount", "pid", "net", "ipc", "uts"],
  ["user", "time"],
  ["user", "cgroup", "uts"],
  ["time", "cgroup"],
  KINDS,
];

requires("root", "timens").each(combinations.map((kinds) => [kinds.join(", ") || "no namespace", kinds] as const))(
  "spawn() makes %s and no other",
  async (_, kinds) => {
    expect(newKinds(await outputOfShell(printNamespaces, optionsFor(kinds)))).toEqual(
      KINDS.filter((kind) => kinds.includes(kind)),
    );
  },
);

requires("root")("spawn() makes a kind once that is named twice", async () => {
  expect(newKinds(await outputOfShell(printNamespaces, { namespaces: ["uts", "uts"] }))).toEqual(["uts"]);
});

requires("root")("spawn() changes the host name inside and not outside", async () => {
  const name = hostname();
  const setup = [step("set the host name", [call("sethostname", "box", 3)])];
  expect(await outputOf(["hostname"], { namespaces: ["uts"], setup })).toBe("box");
  expect(hostname()).toBe(name);
  expect(readFileSync("/proc/sys/kernel/hostname", "utf8").trim()).toBe(name);
});

requires("root")("spawn() begins a pid namespace with the command", async () => {
  await using child = await spawn(["sleep", "60"], { namespaces: ["pid"] });
  expect(readFileSync(`/proc/${child.pid}/status`, "utf8")).toMatch(new RegExp(`^NSpid:\\t${child.pid}\\t1$`, "mu"));
});

requires("root")("spawn() leaves a new network namespace with a loopback that is down", async () => {
  expect(await outputOfShell("cat /proc/net/dev | tail -n +3 | cut -d: -f1", { namespaces: ["net"] })).toBe("lo");
});

requires("root")("spawn() reports the first call that fails, and its step", async () => {
  const setup = [
    step("what works", [call("sync")]),
    step("what does not", [call("getpid"), call("chdir", "/missing")]),
    step("what is not tried", [call("sethostname", "lost", 4)]),
  ];
  const error: unknown = await spawn(["/bin/true"], { namespaces: ["uts"], setup }).catch((thrown: unknown) => thrown);
  expect(isSyscallError(error)).toBe(true);
  expect(error).toMatchObject({
    message: 'chdir("/missing"): ENOENT, No such file or directory',
    syscall: "chdir",
    code: "ENOENT",
    path: "/missing",
    step: "what does not",
  });
});

requires("root", "timens").each<[kinds: readonly Namespace[]]>([[["user"]], [["time"]], [KINDS]])(
  "spawn() reports a failing call of the second stage, with %j",
  async (kinds) => {
    const setup = [step("in the second stage", [call("chdir", "/missing")])];
    await expect(spawn(["/bin/true"], { ...optionsFor(kinds), setup })).rejects.toMatchObject({
      syscall: "chdir",
      step: "in the second stage",
    });
  },
);

requires("root")("spawn() names a call that it makes itself, too", async () => {
  const setup = [step("leave no way back", [call("setresuid", 65_534, 65_534, 65_534)])];
  await expect(spawn(["/bin/true"], { setup, user: { uid: 0, gid: 0, groups: [1] } })).rejects.toMatchObject({
    code: "EPERM",
    syscall: "setgroups",
  });
});

requires("root", "timens")("spawn() shifts the clocks of a time namespace by its offsets", async () => {
  const seconds = async (timeOffsets: NonNullable<SpawnOptions["timeOffsets"]>): Promise<number> =>
    Number(await outputOf(["cut", "-d", " ", "-f", "1", "/proc/uptime"], { namespaces: ["time"], timeOffsets })) -
    Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  expect(await seconds({ boottime: 86_400.5 })).toBeCloseTo(86_400.5, 0);
  expect(await seconds({ monotonic: 1000 })).toBeCloseTo(0, 0);

  const offsets = await outputOf(["cat", "/proc/self/timens_offsets"], {
    namespaces: ["time"],
    timeOffsets: { monotonic: -1.25, boottime: 7 },
  });
  expect(offsets.replaceAll(/ +/gu, " ")).toBe("monotonic -2 750000000\nboottime 7 0");
});

requires("root", "timens")("spawn() shows the kernel's refusal of an offset before the epoch", async () => {
  await expect(spawn(["/bin/true"], { namespaces: ["time"], timeOffsets: { monotonic: -1e9 } })).rejects.toMatchObject({
    syscall: "write",
    code: "ERANGE",
    step: "make a time namespace",
  });
});

requires("root", "timens")("spawn() sets the clocks inside a user namespace, too", async () => {
  const options = { ...optionsFor(["user", "time"]), timeOffsets: { boottime: 10_000_000 } };
  expect(Number(await outputOf(["cut", "-d", ".", "-f", "1", "/proc/uptime"], options))).toBeGreaterThan(10_000_000);
});

requires("root")("a new cgroup namespace shows the command's own groups as its root", async () => {
  const groups = await outputOf(["cat", "/proc/self/cgroup"], { namespaces: ["cgroup"] });
  expect(new Set(groups.split("\n").map((line) => line.split(":")[2]))).toEqual(new Set(["/"]));
});

requires("root")("the namespaces of a command end with it", async () => {
  const child = await spawn(["sleep", "60"], { namespaces: ["net", "uts"] });
  const links = ["net", "uts"].map((kind) => readlinkSync(`/proc/${child.pid}/ns/${kind}`));
  expect(hostState().namespaces).toEqual(expect.arrayContaining(links));
  await child[Symbol.asyncDispose]();
  await waitFor(() => expect(hostState().namespaces).not.toEqual(expect.arrayContaining([links[0]])));
});

requires("root")("the table of kinds names the files of /proc/PID/ns", () => {
  for (const { file } of Object.values(NAMESPACES)) expect(readlinkSync(`/proc/self/ns/${file}`)).toMatch(`${file}:[`);
});
