import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create, type Supervised, sync } from "@wb/ns";
import { call, closeFd, P, run, step, tryWait, W } from "@wb/syscall";
import { leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { processStat } from "../src/runtime/lifecycle/init-process.ts";
import { HEADER_SIZE } from "../src/runtime/supervisor/append-record.ts";
import { parseExitRecord } from "../src/runtime/supervisor/exit-record.ts";
import { openSupervision, type SupervisionOptions } from "../src/runtime/supervisor/open-supervision.ts";
import { replaceSupervisor } from "../src/runtime/supervisor/replace-supervisor.ts";

leavesHostUnchanged();

const root = requires("root");

interface Bench extends Disposable {
  readonly path: string;
  readonly start: (text: string, options?: Partial<SupervisionOptions>) => Promise<Supervised>;
  /** Waits for the supervisor's end, and for the command that cleans up. */
  readonly ended: (made: Supervised) => Promise<void>;
  readonly file: (name: string) => Buffer;
}

function bench(): Bench {
  const directory = temporaryDirectory("wb-supervise-");
  const log = join(directory.path, "logs");
  mkdirSync(log);
  return {
    path: directory.path,
    start: async (text, options = {}) => {
      using supervision = openSupervision({
        directory: directory.path,
        log: { directory: log },
        cleanUp: {
          argv: ["/bin/sh", "-c", `cd ${directory.path}; env > cleaned; ls -l /proc/$$/fd >> cleaned`],
          env: { ID: "one" },
        },
        ...options,
      });
      const made = await create(["/bin/sh", "-c", text], {
        setup: sync("created"),
        stdio: supervision.stdio,
        supervisor: supervision.supervisor,
      });
      closeFd(made.pidfd);
      return made;
    },
    ended: async (made) => {
      const { pidfd = -1 } = made.supervisor ?? {};
      await waitFor(() => expect(tryWait(pidfd)).toBeDefined());
      closeFd(pidfd);
    },
    file: (name) => readFileSync(join(directory.path, name)),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

interface Entry {
  readonly stream: number;
  readonly text: string;
}

function entriesOf(bytes: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 16);
    const data = bytes.subarray(at + HEADER_SIZE, at + HEADER_SIZE + length);
    entries.push({ stream: bytes.readUInt32LE(at + 20), text: data.toString() });
    at += HEADER_SIZE + length;
  }
  return entries;
}

function textOf(bytes: Buffer, stream: number): string {
  return entriesOf(bytes)
    .filter((entry) => entry.stream === stream)
    .map(({ text }) => text)
    .join("");
}

root("a supervisor writes both streams and how the process ended, and becomes the command that cleans up", async () => {
  using here = bench();
  const before = Date.now();
  await here.ended(await here.start("echo out; echo err >&2; read line; echo after; exit 7"));
  const log = here.file("logs/log");
  expect([textOf(log, 1), textOf(log, 2)]).toEqual(["out\nafter\n", "err\n"]);
  const exit = parseExitRecord(here.file("exit"));
  expect(exit).toMatchObject({ code: 7, signal: null });
  expect(exit!.at).toBeGreaterThanOrEqual(before - 1);
  const cleaned = here.file("cleaned").toString();
  expect(cleaned).toMatch(/^ID=one$/m);
  // stdio, the directory with its lock, and what the shell has open itself.
  expect(cleaned).toMatch(new RegExp(` 3 -> ${here.path}$`, "m"));
  expect(cleaned.match(/-> /g)?.length).toBeLessThanOrEqual(5);
});

root("a supervisor tells a signal from a status", async () => {
  using here = bench();
  await here.ended(await here.start("kill -TERM $$"));
  expect(parseExitRecord(here.file("exit"))).toMatchObject({ code: null, signal: 15 });
});

root("a log is rotated, and nothing of it is lost", async () => {
  using here = bench();
  const limits = { size: 100_000, files: 20 };
  const log = { directory: join(here.path, "logs"), limits };
  await here.ended(await here.start("seq 1 200000", { log }));
  const names = ["log", ...Array.from({ length: limits.files - 1 }, (_, n) => `log.${n + 1}`)].toReversed();
  const there = names.filter(
    (name) => statSync(join(here.path, "logs", name), { throwIfNoEntry: false }) !== undefined,
  );
  expect(there.length).toBeGreaterThan(5);
  const text = there.map((name) => textOf(here.file(`logs/${name}`), 1)).join("");
  expect(text).toBe(Array.from({ length: 200_000 }, (_, n) => `${n + 1}\n`).join(""));
});

root("of a rotated log no more files are kept than were asked for", async () => {
  using here = bench();
  const log = { directory: join(here.path, "logs"), limits: { size: 10_000, files: 2 } };
  await here.ended(await here.start("seq 1 50000", { log }));
  const sizes = ["log", "log.1"].map((name) => here.file(`logs/${name}`).length);
  expect(Math.max(...sizes)).toBeLessThan(10_000 + 65_536 + HEADER_SIZE);
  expect(() => here.file("logs/log.2")).toThrow("ENOENT");
  expect(["log.1", "log"].map((name) => textOf(here.file(`logs/${name}`), 1)).join("")).toMatch(/\n50000\n$/);
});

root("a byte in `control` closes stdin", async () => {
  using here = bench();
  const made = await here.start("cat; echo closed", { interactive: true });
  writeFileSync(join(here.path, "control"), "c");
  await here.ended(made);
  expect(textOf(here.file("logs/log"), 1)).toBe("closed\n");
});

requires("root", "kernel>=6.15")("a supervisor that takes the place of another goes on where that was", async () => {
  using here = bench();
  const done = join(here.path, "done");
  const made = await here.start(`echo one; while [ ! -e ${done} ]; do sleep 0.05; done; echo two; exit 9`);
  await waitFor(() => expect(textOf(here.file("logs/log"), 1)).toBe("one\n"));
  process.kill(made.supervisor!.pid, "SIGKILL");
  await here.ended(made);
  const orphan = { init_process_pid: made.pid, init_process_start: processStat(made.pid)!.start };
  const other = { ...orphan, init_process_start: 1 };
  const options = {
    directory: here.path,
    log: { directory: join(here.path, "logs") },
    cleanUp: { argv: ["/bin/true"], env: {} },
  } as const;
  expect(replaceSupervisor(other, options)).toBeUndefined();
  const second = replaceSupervisor(orphan, options);
  expect(second).toBeGreaterThan(0);
  writeFileSync(done, "");
  await waitFor(() => expect(parseExitRecord(here.file("exit"))).toMatchObject({ code: 9, signal: null }));
  expect(textOf(here.file("logs/log"), 1)).toBe("one\ntwo\n");
  // A child of this process, which stays; that of a wb goes to who adopts orphans.
  run([step("reap it", [call("waitid", P.PID, second ?? 0, null, W.EXITED, null)])]);
});

root("a supervisor that is killed neither ends nor stalls its process", async () => {
  using here = bench();
  const done = join(here.path, "done");
  const made = await here.start(
    `echo one; while [ ! -e ${done} ]; do sleep 0.05; done; echo two; echo three > ${done}`,
  );
  await waitFor(() => expect(textOf(here.file("logs/log"), 1)).toBe("one\n"));
  process.kill(made.supervisor!.pid, "SIGKILL");
  await here.ended(made);
  writeFileSync(done, "");
  await waitFor(() => expect(readFileSync(done, "utf8")).toBe("three\n"));
  expect(() => here.file("exit")).toThrow("ENOENT");
});
