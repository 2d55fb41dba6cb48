import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect, test } from "vitest";
import { type ThreadNamespace, unshare } from "../src/index.ts";
import { outputOfHelper } from "./support/helper.ts";

leavesHostUnchanged();

// All in processes of their own: a thread cannot come back.

const look = `
  import { readdirSync, readFileSync, readlinkSync } from "node:fs";
  import { promises } from "node:fs";
  const link = (thread, kind) => readlinkSync("/proc/" + thread + "/ns/" + (kind === "mount" ? "mnt" : kind));
  const all = (kind) => readdirSync("/proc/self/task").map((thread) => link("self/task/" + thread, kind));
`;

requires("root").each<[kind: ThreadNamespace]>([["mount"], ["net"], ["ipc"], ["uts"], ["cgroup"]])(
  "unshare() moves the calling thread into a new %s namespace, its children too, and no other thread",
  async (kind) => {
    const output = await outputOfHelper(`
      ${look}
      import { execFileSync } from "node:child_process";
      import { spawn, unshare } from "@wb/ns";
      const file = ${JSON.stringify(kind === "mount" ? "mnt" : kind)};
      await promises.readFile("/dev/null"); // now the pool has its threads
      const [before, threads] = [link("thread-self", file), all(file).length];
      unshare([${JSON.stringify(kind)}]);
      const after = link("thread-self", file);
      const child = execFileSync("readlink", ["/proc/self/ns/" + file], { encoding: "utf8" }).trim();
      const pool = await promises.readlink("/proc/thread-self/ns/" + file);
      const moved = all(file).filter((one) => one === after).length;
      console.log(JSON.stringify([after !== before, child === after, pool === before, moved]));
      await (await spawn(["/bin/sh", "-c", "test $(readlink /proc/self/ns/" + file + ") = '" + after + "'"])).wait().then(({ code }) => console.log(code));
    `);
    expect(output).toBe("[true,true,true,1]\n0");
  },
);

requires("root")("threads of libuv's pool that are started after unshare() are in the new namespace", async () => {
  const output = await outputOfHelper(`
    ${look}
    import { unshare } from "@wb/ns";
    unshare(["uts"]);
    console.log((await promises.readlink("/proc/thread-self/ns/uts")) === link("thread-self", "uts"));
  `);
  expect(output).toBe("true");
});

requires("root")(
  "a process that has unshared pid is aborted when it starts a thread, for which unshare() refuses it",
  async () => {
    const output = await outputOfHelper(
      `
      import { promises } from "node:fs";
      import { call, CLONE, run, step } from "@wb/syscall";
      run([step("what unshare() refuses", [call("unshare", CLONE.NEWPID)])]);
      console.log("before");
      await promises.readFile("/dev/null");
      console.log("after");
    `,
      [],
      { signal: "SIGABRT" },
    );
    expect(output).toBe("before");
  },
);

requires("root", "timens")("unshare() of time counts for children, spawn()'s too", async () => {
  const output = await outputOfHelper(`
    ${look}
    import { execFileSync } from "node:child_process";
    import { spawn, unshare } from "@wb/ns";
    const before = link("thread-self", "time");
    unshare(["time"]);
    const after = link("thread-self", "time_for_children");
    console.log(before === link("thread-self", "time"), before !== after);
    console.log(execFileSync("readlink", ["/proc/self/ns/time"], { encoding: "utf8" }).trim() === after);
    await (await spawn(["/bin/sh", "-c", "test $(readlink /proc/self/ns/time) = '" + after + "'"])).wait().then(({ code }) => console.log(code));
  `);
  expect(output).toBe("true true\ntrue\n0");
});

requires("root")("unshare() in a Worker ends with it, and the main thread stays", async () => {
  const output = await outputOfHelper(`
    ${look}
    import { Worker } from "node:worker_threads";
    const before = link("self", "net");
    const script = \`
      import { readFileSync, readlinkSync } from "node:fs";
      import { parentPort } from "node:worker_threads";
      import { unshare } from "@wb/ns";
      unshare(["net", "uts"]);
      const names = readFileSync("/proc/thread-self/net/dev", "utf8").trim().split("\\\\n").slice(2);
      parentPort.postMessage({ net: readlinkSync("/proc/thread-self/ns/net"), names: names.map((line) => line.split(":")[0].trim()) });
    \`;
    const worker = new Worker(script, { eval: true });
    const { net, names } = await new Promise((resolve) => worker.once("message", resolve));
    await new Promise((resolve) => worker.once("exit", resolve));
    console.log(net !== before, names.join(), all("net").every((one) => one === before));
  `);
  expect(output).toBe("true lo true");
});

requires("root")("unshare() of mounts gives the thread a working directory of its own", async () => {
  const output = await outputOfHelper(`
    import { promises, readlinkSync } from "node:fs";
    import { unshare } from "@wb/ns";
    await promises.readFile("/dev/null");
    const before = process.cwd();
    unshare(["mount"]);
    process.chdir("/");
    console.log(process.cwd(), await promises.readlink("/proc/thread-self/cwd") === before);
  `);
  expect(output).toBe("/ true");
});

requires("root", "command:setpriv")("unshare() says what an ordinary user lacks", async () => {
  const output = await outputOfHelper(`
    import { unshare } from "@wb/ns";
    import { call, run, step } from "@wb/syscall";
    run([step("become nobody", [call("setresuid", 65534, 65534, 65534)])]);
    try { unshare(["net"]); } catch (error) { console.log(error.message); }
  `);
  expect(output).toBe("unshare(CLONE_NEWNET): EPERM, Operation not permitted");
});

test.each([
  ["user", "a thread of Node's cannot make a user namespace, since the process has others: use spawn()"],
  ["pid", "a thread of Node's cannot make a pid namespace, since it could not start others any more: use spawn()"],
])("unshare() refuses %s", (kind, message) => {
  expect(() => unshare(["net", kind as ThreadNamespace])).toThrow(new TypeError(message));
});
