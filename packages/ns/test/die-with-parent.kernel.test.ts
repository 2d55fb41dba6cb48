import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { firstLine, outputOfHelper, startHelper } from "./support/helper.ts";

leavesHostUnchanged();

const identity = "[{ inside: 0, outside: 0, count: 4_294_967_295 }]";

/** Options of spawn(), as text: each changes something after which the kernel forgets PR_SET_PDEATHSIG. */
const variants: readonly (readonly [title: string, options: string])[] = [
  ["", ""],
  [" in namespaces", `namespaces: ["mount", "pid", "net", "uts", "ipc", "cgroup"]`],
  [" as another user", `user: { uid: 65534, gid: 65534 }`],
  [" of a second stage", `namespaces: ["user", "time", "pid"], uidMap: ${identity}, gidMap: ${identity}`],
  [
    " of a second stage, as another user",
    `namespaces: ["user", "pid"], uidMap: ${identity}, gidMap: ${identity}, user: { uid: 1, gid: 1 }`,
  ],
];

requires("root", "timens").each(variants)(
  "dieWithParent ends the command%s when its parent is killed",
  async (_, options) => {
    const helper = startHelper(`
    import { spawn } from "@wb/ns";
    const child = await spawn(["/bin/sleep", "60"], { dieWithParent: true, ${options} });
    console.log(child.pid);
  `);
    const pid = Number(await firstLine(helper));
    expect(isRunning(pid)).toBe(true);
    helper.kill("SIGKILL");
    await once(helper, "exit");
    await waitFor(() => expect(isRunning(pid)).toBe(false));
  },
);

requires("root")("without dieWithParent the command outlives its parent", async () => {
  const pid = Number(
    await outputOfHelper(`
      import { spawn } from "@wb/ns";
      const child = await spawn(["/bin/sleep", "60"], { stdio: "ignore" });
      console.log(child.pid);
      process.exit();
    `),
  );
  expect(isRunning(pid)).toBe(true);
  process.kill(pid, "SIGKILL");
  await waitFor(() => expect(isRunning(pid)).toBe(false));
});

requires("root")("dieWithParent follows the thread: the end of a Worker ends the command that it started", async () => {
  const output = await outputOfHelper(`
    import { existsSync, readFileSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    import { Worker } from "node:worker_threads";
    const script = \`
      import { parentPort } from "node:worker_threads";
      import { spawn } from "@wb/ns";
      const child = await spawn(["/bin/sleep", "60"], { dieWithParent: true });
      parentPort.postMessage(child.pid);
      await child.wait();
    \`;
    const worker = new Worker(script, { eval: true });
    const pid = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    console.log(existsSync("/proc/" + pid));
    await worker.terminate();
    // Nobody waits for it any more: it is a zombie of this process, once the kernel has killed it.
    const state = () => readFileSync("/proc/" + pid + "/stat", "utf8").split(" ")[2];
    for (let tries = 0; state() !== "Z" && tries < 100; tries++) await setTimeout(20);
    console.log(state());
  `);
  expect(output).toBe("true\nZ");
});

requires("root")("a command that is waited for in a Worker tells its end", async () => {
  const output = await outputOfHelper(`
    import { Worker } from "node:worker_threads";
    const script = \`
      import { parentPort } from "node:worker_threads";
      import { spawn } from "@wb/ns";
      const child = await spawn(["/bin/sh", "-c", "exit 3"], { namespaces: ["pid"] });
      parentPort.postMessage(await child.wait());
    \`;
    const worker = new Worker(script, { eval: true });
    worker.once("message", (status) => console.log(JSON.stringify(status)));
  `);
  expect(output).toBe('{"code":3,"signal":null}');
});

/** A zombie is not, however long the machine's init takes to wait for it. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\tZ/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
