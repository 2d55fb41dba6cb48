import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { enter, type Namespace } from "../src/index.ts";
import { outputOfHelper } from "./support/helper.ts";
import { KINDS } from "./support/namespace-links.ts";
import { setupProcess, waitingFor } from "./support/setup-process.ts";
import { waiting } from "./support/target.ts";

leavesHostUnchanged();

requires("root", "timens").each<[kinds: readonly Namespace[]]>([[["net"]], [["net", "pid", "time"]]])(
  "enter() rejects when its process is killed during set-up, in %j",
  async (kinds) => {
    using directory = temporaryDirectory();
    const fifo = join(directory.path, "fifo");
    execFileSync("mkfifo", [fifo]);
    await using target = await waiting(kinds);
    const entered = enter(target.pid, kinds, ["/bin/true"], { setup: waitingFor(fifo) });
    const thrown = entered.catch((error: unknown) => error);
    process.kill(await setupProcess(), "SIGKILL");
    expect(await thrown).toMatchObject({ name: "SetupError", message: expect.stringContaining("killed by signal 9") });
  },
);

requires("root", "timens").each(["", `namespaces: ["uts", "ipc"]`, `user: { uid: 1, gid: 1 }`])(
  "dieWithParent ends a command in entered namespaces with its parent: { %s }",
  async (more) => {
    await using target = await waiting(["net", "pid", "time"]);
    for (const kinds of [`["net"]`, "undefined"]) {
      const pid = Number(
        await outputOfHelper(
          `
          import { enter } from "@wb/ns";
          const child = await enter(${target.pid}, ${kinds}, ["/bin/sleep", "60"], { dieWithParent: true, stdio: "ignore", ${more} });
          console.log(child.pid);
          process.kill(process.pid, "SIGKILL");
        `,
          [],
          { signal: "SIGKILL" },
        ),
      );
      // Init waits for it then; a zombie has no namespaces any more.
      await waitFor(() => expect(spawnSync("readlink", [`/proc/${pid}/ns/net`]).status).toBe(1));
    }
  },
);

requires("root", "timens")("enter() and staged spawns work in a Worker, and leave it no open file", async () => {
  await using target = await waiting(KINDS);
  const output = await outputOfHelper(`
    import { Worker } from "node:worker_threads";
    const script = \`
      import { readdirSync } from "node:fs";
      import { enter, spawn } from "@wb/ns";
      const fds = () => readdirSync("/proc/self/fd").length;
      const warnings = [];
      process.on("warning", ({ message }) => warnings.push(message));
      const statuses = [];
      let before;
      for (let round = 0; round < 3; round++) {
        statuses.push((await (await enter(${target.pid}, undefined, ["/bin/sh", "-c", "exit 3"])).wait()).code);
        statuses.push((await (await spawn(["/bin/sh", "-c", "exit 4"], { namespaces: ["time", "pid"] })).wait()).code);
        await enter(${target.pid}, ["net"], ["no-such-command"]).catch(({ code }) => statuses.push(code));
        before ??= fds();
      }
      await new Promise(setImmediate);
      console.log(JSON.stringify({ statuses, more: fds() - before, warnings }));
    \`;
    new Worker(script, { eval: true });
  `);
  const round = [3, 4, "ENOENT"];
  expect(JSON.parse(output)).toEqual({ statuses: [...round, ...round, ...round], more: 0, warnings: [] });
});
