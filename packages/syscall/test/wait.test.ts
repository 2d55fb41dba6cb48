import { spawn as spawnCommand, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { hostState } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { closeFd } from "../src/close-fd.ts";
import { type Child, type ExitStatus, SIG, call, into, run, spawn, step, tryWait, waitFor } from "../src/index.ts";
import { exit, openFds, sendSignal, sleepAndExit, unblockSignals, waitForever } from "./support/children.ts";
import { inWorker, startWorker } from "./support/worker.ts";

const source = fileURLToPath(new URL("../src/index.ts", import.meta.url));

/** Spawns, and leaves only the pidfd to close. */
function start(...args: Parameters<typeof spawn>): Child & Disposable {
  const child = spawn(...args);
  child.report.close();
  return { ...child, [Symbol.dispose]: () => closeFd(child.pidfd) };
}

const killed = (signal: number): ExitStatus => ({ code: null, signal });
const exited = (code: number): ExitStatus => ({ code, signal: null });

describe.each(["waitFor()", "tryWait()"])("%s", (name) => {
  const wait = async (pidfd: number): Promise<ExitStatus | undefined> =>
    name === "waitFor()" ? waitFor(pidfd) : tryWait(pidfd, { block: true });

  test.each([0, 1, 127, 255])("gives the exit status %i", async (code) => {
    using child = start([exit(code)]);
    expect(await wait(child.pidfd)).toEqual(exited(code));
  });

  test.each(["KILL", "TERM", "SEGV", "HUP"] as const)("gives the signal %s", async (signal) => {
    using child = start([unblockSignals, waitForever]);
    sendSignal(child, SIG[signal]);
    expect(await wait(child.pidfd)).toEqual(killed(SIG[signal]));
  });

  test("gives the signal that a process dies of itself, also with a core dump", async () => {
    const abort = step("abort", [into("pid", call("getpid")), call("kill", { value: "pid" }, SIG.ABRT)]);
    using child = start([unblockSignals, abort, waitForever]);
    expect(await wait(child.pidfd)).toEqual(killed(SIG.ABRT));
  });

  test("gives the status of a process that ended long before", async () => {
    using child = start([exit(5)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await wait(child.pidfd)).toEqual(exited(5));
  });

  test("refuses a process that was waited for, or is no child, or no process", async () => {
    using child = start([exit(0)]);
    await wait(child.pidfd);
    await expect(wait(child.pidfd)).rejects.toMatchObject({ code: "ECHILD", syscall: "waitid" });
    const init = run([step("refer to a process", [into("pidfd", call("pidfd_open", process.ppid, 0))])]).number(
      "pidfd",
    );
    await expect(wait(init)).rejects.toThrow(
      /^waitid\(P_PIDFD, \d+<.*>, &siginfo, WEXITED|.*: ECHILD, No child processes$/,
    );
    closeFd(init);
    await expect(wait(1 << 20)).rejects.toThrow("waitid(P_PIDFD, 1048576, ");
  });

  test("leaves no zombie", async () => {
    using child = start([exit(0)]);
    await wait(child.pidfd);
    expect(hostState().children).toEqual([]);
  });
});

describe("tryWait()", () => {
  test("gives undefined while the process runs", async () => {
    using child = start([waitForever]);
    expect(tryWait(child.pidfd)).toBeUndefined();
    expect(tryWait(child.pidfd)).toBeUndefined();
    sendSignal(child, SIG.KILL);
    expect(await waitFor(child.pidfd)).toEqual(killed(SIG.KILL));
  });

  test("does not take an earlier status for this one", async () => {
    using first = start([exit(9)]);
    using second = start([waitForever]);
    expect(tryWait(first.pidfd, { block: true })).toEqual(exited(9));
    expect(tryWait(second.pidfd)).toBeUndefined();
    sendSignal(second, SIG.KILL);
    expect(tryWait(second.pidfd, { block: true })).toEqual(killed(SIG.KILL));
  });

  test("does not take a stopped process for an ended one", async () => {
    using child = start([unblockSignals, waitForever]);
    sendSignal(child, SIG.STOP);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(tryWait(child.pidfd)).toBeUndefined();
    sendSignal(child, SIG.KILL);
    expect(tryWait(child.pidfd, { block: true })).toEqual(killed(SIG.KILL));
  });
});

describe("waitFor()", () => {
  test("waits for many at once, which end in any order", async () => {
    const children = Array.from({ length: 100 }, (_, index) => start(sleepAndExit((index * 37) % 100, index)));
    const statuses = await Promise.all(children.map(({ pidfd }) => waitFor(pidfd)));
    expect(statuses).toEqual(children.map((_, index) => exited(index)));
    for (const child of children) child[Symbol.dispose]();
  });

  test("gives all that wait for the same process its status", async () => {
    using child = start(sleepAndExit(20, 3));
    expect(await Promise.all([waitFor(child.pidfd), waitFor(child.pidfd)])).toEqual([exited(3), exited(3)]);
  });

  test("does not disturb the processes of node:child_process, nor they it", async () => {
    using child = start(sleepAndExit(30, 3));
    const command = spawnCommand("sh", ["-c", "sleep 0.03; exit 4"]);
    const [status, [code]] = await Promise.all([waitFor(child.pidfd), once(command, "exit")]);
    expect([status, code]).toEqual([exited(3), 4]);

    const later = spawnCommand("sh", ["-c", "exit 6"]);
    expect(spawnSync("sh", ["-c", "exit 5"]).status).toBe(5);
    expect(await once(later, "exit")).toEqual([6, null]);
  });

  test("leaves the SIGCHLD handlers as they were", async () => {
    const before = process.listenerCount("SIGCHLD");
    using child = start([unblockSignals, waitForever]);
    const waiting = waitFor(child.pidfd);
    expect(process.listenerCount("SIGCHLD")).toBe(before + 1);
    sendSignal(child, SIG.KILL);
    await waiting;
    expect(process.listenerCount("SIGCHLD")).toBe(before);
  });

  test("keeps the event loop alive while it waits, and no longer", () => {
    const script = `
      import { spawn, waitFor, step, call, pointer, timespec } from ${JSON.stringify(source)};
      const sleep = step("sleep", [call("nanosleep", pointer(timespec, { tv_nsec: 300_000_000 }), null), call("exit_group", 3)]);
      const [first, second] = [spawn([sleep]), spawn([sleep])];
      for (const { report } of [first, second]) report.close();
      void waitFor(first.pidfd).then(({ code }) => console.log("ended", code));
      process.on("exit", () => console.log("exit"));
    `;
    const begin = performance.now();
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=wb-source", "--input-type=module", "-e", script],
      { encoding: "utf8" },
    );
    expect({ stdout, stderr }).toEqual({ stdout: "ended 3\nexit\n", stderr: "" });
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});

describe("waitFor() in a Worker", { timeout: 30_000 }, () => {
  test("gives statuses, signals and errors", async () => {
    expect(await inWorker("wait")).toEqual({
      statuses: [exited(0), exited(1), exited(2), killed(SIG.KILL)],
      same: [exited(4), exited(4)],
      refused: "ECHILD",
      warnings: [],
    });
  });

  test("sees one that is added while it polls as early as the others", async () => {
    const { first, added } = (await inWorker("waitAdded")) as { first: number; added: number };
    expect(first).toBeGreaterThan(140);
    // A poll lasts 100 ms; this is the best of some, for the machine may be busy.
    expect(added).toBeLessThan(90);
  });

  test("does not starve the file system of the process, however many wait", async () => {
    const worker = startWorker("waitForMany");
    expect(await once(worker, "message")).toEqual(["waiting"]);
    const times: number[] = [];
    for (let time = 0; time < 50; time++) {
      const begin = performance.now();
      await readFile("/proc/self/stat");
      times.push(performance.now() - begin);
    }
    expect(times.toSorted((a, b) => a - b)[25]).toBeLessThan(20);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker, not a window
    worker.postMessage("kill");
    expect(await once(worker, "message")).toEqual([{ ended: 20, fds: 0 }]);
    await once(worker, "exit");
  });

  test("does not hold up a Worker that is terminated, and leaves no file descriptor of its own", async () => {
    await terminateWaiting();
    const before = openFds().length;
    for (let time = 0; time < 3; time++) expect(await terminateWaiting()).toBeLessThan(2000);
    expect(openFds()).toHaveLength(before);
  });
});

/** Starts a Worker that waits for a process, terminates it, and gives the time that took. */
async function terminateWaiting(): Promise<number> {
  const worker = startWorker("waitForOne");
  const [{ pid, pidfd }] = (await once(worker, "message")) as [{ pid: number; pidfd: number }];
  await new Promise((resolve) => setTimeout(resolve, 50));
  const begin = performance.now();
  await worker.terminate();
  const took = performance.now() - begin;
  process.kill(pid, "SIGKILL");
  expect(await waitFor(pidfd)).toEqual(killed(SIG.KILL));
  closeFd(pidfd);
  return took;
}
