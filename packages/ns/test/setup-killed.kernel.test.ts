import { execFileSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { type Namespace, spawn, type SpawnOptions } from "../src/index.ts";
import { firstLine, startHelper } from "./support/helper.ts";
import { setupProcess, setupProcessOf, waitingFor } from "./support/setup-process.ts";

leavesHostUnchanged();

const identity = [{ inside: 0, outside: 0, count: 4_294_967_295 }];
const kinds: readonly (readonly [kinds: readonly Namespace[]])[] = [
  [[]],
  [["pid", "mount", "net"]],
  [["user", "time", "pid"]],
];

requires("root", "timens").each(kinds)(
  "spawn() rejects when its process is killed during set-up, in %j",
  async (namespaces) => {
    using directory = temporaryDirectory();
    const fifo = join(directory.path, "fifo");
    execFileSync("mkfifo", [fifo]);
    const spawned = spawn(["/bin/true"], { ...optionsFor(namespaces), setup: waitingFor(fifo) });
    const thrown = spawned.catch((error: unknown) => error);
    process.kill(await setupProcess(), "SIGKILL");
    expect(await thrown).toMatchObject({
      name: "SetupError",
      code: "WB_SETUP_DIED",
      message: expect.stringContaining("ended before its command was running: killed by signal 9"),
    });
  },
);

requires("root", "timens").each(kinds)("spawn() does not settle before set-up is done, in %j", async (namespaces) => {
  using directory = temporaryDirectory();
  const fifo = join(directory.path, "fifo");
  execFileSync("mkfifo", [fifo]);
  let settled = false;
  const spawned = spawn(["/bin/true"], { ...optionsFor(namespaces), setup: waitingFor(fifo) }).finally(() => {
    settled = true;
  });
  await setupProcess();
  await new Promise((resolve) => void setTimeout(resolve, 100));
  expect(settled).toBe(false);
  closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
  expect(await (await spawned).wait()).toEqual({ code: 0, signal: null });
});

requires("root")("a process that is being set up ends when its parent is killed, dieWithParent or not", async () => {
  for (const options of ["", "dieWithParent: true,"]) {
    using directory = temporaryDirectory();
    const fifo = join(directory.path, "fifo");
    execFileSync("mkfifo", [fifo]);
    const helper = startHelper(`
      import { spawn } from "@wb/ns";
      import { AT_FDCWD, call, O, step } from "@wb/syscall";
      const setup = [step("wait", [call("openat", AT_FDCWD, ${JSON.stringify(fifo)}, O.RDONLY, 0)])];
      console.log("started");
      await spawn(["/bin/sleep", "60"], { ${options} namespaces: ["pid"], setup });
    `);
    await firstLine(helper);
    const pid = await waitFor(() => setupProcessOf(helper.pid ?? -1));
    helper.kill("SIGKILL");
    if (options === "") {
      // It goes on with its set-up, and cannot tell that it is ready.
      await waitFor(() => expect(existsSync(`/proc/${helper.pid}`)).toBe(false));
      closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
    }
    await waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false));
  }
});

requires("root")("until its command runs, the process is a sealed memfd that shows the command's name", async () => {
  using directory = temporaryDirectory();
  const fifo = join(directory.path, "fifo");
  execFileSync("mkfifo", [fifo]);
  const spawned = spawn(["/bin/true"], { setup: waitingFor(fifo) });
  const pid = await setupProcess();
  expect(readlinkSync(`/proc/${pid}/exe`)).toBe("/memfd:wb (deleted)");
  expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toBe("/bin/true\0");
  expect(() => openSync(`/proc/${pid}/exe`, "r+")).toThrow("ETXTBSY");
  closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
  await (await spawned).wait();
});

function optionsFor(namespaces: readonly Namespace[]): SpawnOptions {
  return { namespaces, ...(namespaces.includes("user") ? { uidMap: identity, gidMap: identity } : {}) };
}
