import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { expect, test } from "vitest";
import { type Namespace, spawn, type SpawnOptions } from "../src/index.ts";
import { KINDS } from "./support/namespace-links.ts";

leavesHostUnchanged();

const identity = [{ inside: 0, outside: 0, count: 4_294_967_295 }];

test("wait() tells the exit status, and how often it is asked does not matter", async () => {
  const child = await spawn(["/bin/sh", "-c", "exit 7"]);
  const status = { code: 7, signal: null };
  expect(await Promise.all([child.wait(), child.wait()])).toEqual([status, status]);
  expect(await child.wait()).toEqual(status);
});

test.each(["SIGTERM", "SIGKILL", "SIGHUP", "SIGPIPE", "SIGUSR1"] as const)(
  "wait() tells that %s ended the command",
  async (signal) => {
    const child = await spawn(["/bin/sleep", "60"]);
    expect(child.kill(signal)).toBe(true);
    expect(await child.wait()).toEqual({ code: null, signal });
  },
);

test("reap: false leaves a command that ended to wait()", async () => {
  const child = await spawn(["/bin/sh", "-c", "exit 7"], { reap: false });
  await waitFor(() => expect(readFileSync(`/proc/${child.pid}/stat`, "utf8")).toContain("(sh) Z"));
  expect(await Promise.all([child.wait(), child.wait()])).toEqual([
    { code: 7, signal: null },
    { code: 7, signal: null },
  ]);
  expect(existsSync(`/proc/${child.pid}`)).toBe(false);
});

test("kill() sends SIGTERM unless told otherwise, takes numbers, and says false once the command has ended", async () => {
  const child = await spawn(["/bin/sleep", "60"]);
  expect([child.kill(0), child.kill()]).toEqual([true, true]);
  expect(await child.wait()).toEqual({ code: null, signal: "SIGTERM" });
  expect([child.kill(), child.kill(9)]).toEqual([false, false]);
});

test("asyncDispose kills the command, which may ignore other signals, and waits for it", async () => {
  let pid: number;
  {
    await using child = await spawn(["/bin/sh", "-c", "trap '' TERM HUP; echo ready; exec sleep 60"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    pid = child.pid;
    await once(child.stdout!, "data");
    expect(child.kill("SIGTERM")).toBe(true);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
  }
  expect(existsSync(`/proc/${pid}`)).toBe(false);
});

requires("root")("asyncDispose of a pid namespace's first process ends all that is in it", async () => {
  let pids: number[];
  {
    await using child = await spawn(["/bin/sh", "-c", "(sleep 60 & sleep 60 & wait) & wait"], { namespaces: ["pid"] });
    await waitFor(() => expect(descendantsOf(child.pid)).toHaveLength(3));
    pids = [child.pid, ...descendantsOf(child.pid)];
  }
  expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
});

requires("root").each<[kinds: readonly Namespace[]]>([[[]], [["pid"]], [["pid", "net", "mount"]]])(
  "spawns in a row leave no fd, process or memory behind, in %j",
  async (namespaces) => {
    const rounds = namespaces.length === 0 ? 2000 : 400;
    const fds = readdirSync("/proc/self/fd").length;
    for (let index = 0; index < 100; index++) await (await spawn(["/bin/true"], { namespaces })).wait();
    globalThis.gc?.();
    const memory = residentMegabytes();
    for (let index = 0; index < rounds; index++) await (await spawn(["/bin/true"], { namespaces })).wait();
    globalThis.gc?.();
    expect(readdirSync("/proc/self/fd")).toHaveLength(fds);
    expect(childrenOf(process.pid)).toEqual([]);
    expect(residentMegabytes() - memory).toBeLessThan(40);
  },
);

test("spawns that fail leave no fd or process behind", async () => {
  const fds = readdirSync("/proc/self/fd").length;
  for (let index = 0; index < 300; index++) {
    await expect(spawn(["/no/such/command"], { stdio: "pipe" })).rejects.toThrow("not found");
    await expect(spawn(["/bin/true"], { cwd: "/no/such/directory" })).rejects.toThrow("ENOENT");
  }
  expect(readdirSync("/proc/self/fd")).toHaveLength(fds);
  expect(childrenOf(process.pid)).toEqual([]);
});

requires("root", "timens")("100 spawns at once with all namespaces all start and are all waited for", async () => {
  const options: SpawnOptions = {
    namespaces: KINDS.filter((kind) => kind !== "net"),
    uidMap: identity,
    gidMap: identity,
  };
  const children = await Promise.all(
    Array.from({ length: 100 }, (_, index) => spawn(["/bin/sh", "-c", `exit ${index}`], options)),
  );
  expect(new Set(children.map(({ pid }) => pid)).size).toBe(100);
  const statuses = await Promise.all(children.map((child) => child.wait()));
  expect(statuses).toEqual(children.map((_, code) => ({ code, signal: null })));
});

test("100 pipes at once carry each command's own output", async () => {
  const children = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      spawn(["/bin/echo", `${index}`], { stdio: ["ignore", "pipe", "inherit"] }),
    ),
  );
  const texts = await Promise.all(children.map(async ({ stdout }) => (await stdout!.toArray()).join("").trim()));
  expect(texts).toEqual(children.map((_, index) => `${index}`));
  await Promise.all(children.map((child) => child.wait()));
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function residentMegabytes(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}
