import { type ChildProcess, spawn as spawnCommand } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { F, type Program, address, call, run, runInPool, spawn, step, value } from "../src/index.ts";
import { exit, finish, makePipe, memoryFile } from "./support/children.ts";
import { copyProgram } from "./support/copy-program.ts";

const MIB = 1 << 20;

interface Counted {
  readonly reads: number;
  readonly writes: number;
  readonly waits: number;
  readonly total: number;
}

const COUNTERS = ["reads", "writes", "waits", "total"] as const;

type Copier = (program: Program, inputs: { readonly in: number; readonly out: number }) => Promise<Counted>;

const copiers: Readonly<Record<string, Copier>> = {
  "run()": async (program, inputs) => counted(run(program, { inputs }).number),
  "runInPool()": async (program, inputs) => counted((await runInPool(program, { inputs })).number),
  "spawn()": async (program, inputs) => {
    const counts = memoryFile();
    const tell = step(
      "write the counters",
      COUNTERS.map((cell) => call("write", value("counts"), address(cell), 8)),
    );
    const options = { inputs: { ...inputs, counts }, inherit: [inputs.in, inputs.out, counts] };
    expect((await finish(spawn([...program, tell, exit(0)], options))).status).toEqual({ code: 0, signal: null });
    const words = readFileSync(`/proc/self/fd/${counts}`);
    closeSync(counts);
    return counted((cell) => Number(words.readBigInt64LE(8 * COUNTERS.indexOf(cell))));
  },
};

describe.each(Object.entries(copiers))("%s of a Program that copies", (_name, copy) => {
  test("a pipe to a file takes the length of each write from the read before", async () => {
    using directory = temporaryDirectory();
    const [source, target] = [join(directory.path, "source"), join(directory.path, "target")];
    const data = randomBytes(MIB);
    writeFileSync(source, data);
    const pipe = makePipe();
    // 777 does not divide the buffer, nor the buffer the data: every read is short or crosses a write's end.
    const producer = spawnCommand("dd", [`if=${source}`, "bs=777", "status=none"], {
      stdio: ["ignore", pipe.writer, "inherit"],
    });
    closeSync(pipe.writer);
    const out = openSync(target, "w");
    const { total, reads } = await copy(copyProgram({ size: 4096 }), { in: pipe.reader, out });
    await ended(producer);
    closeAll(pipe.reader, out);
    expect(total).toBe(MIB);
    // As many as there are pieces, if the producer is always ahead; more, where it is not.
    expect(reads).toBeGreaterThanOrEqual(MIB / 4096);
    expect(hash(readFileSync(target))).toBe(hash(data));
  });

  test("to a pipe that takes less than is offered writes the rest", async () => {
    using directory = temporaryDirectory();
    const [source, target] = [join(directory.path, "source"), join(directory.path, "target")];
    const data = randomBytes(MIB + 13);
    writeFileSync(source, data);
    const narrow = makePipe();
    run([step("a pipe of one page", [call("fcntl", narrow.writer, F.SETPIPE_SZ, 4096)])]);
    const file = openSync(target, "w");
    const consumer = spawnCommand("dd", ["bs=1000", "status=none"], { stdio: [narrow.reader, file, "inherit"] });
    closeAll(narrow.reader, file);
    const from = openSync(source, "r");
    const { total, reads, writes, waits } = await copy(copyProgram({ size: 65_536, nonBlocking: true }), {
      in: from,
      out: narrow.writer,
    });
    closeAll(from, narrow.writer);
    await ended(consumer);
    expect({ total, reads }).toEqual({ total: data.length, reads: 17 });
    expect(writes).toBeGreaterThan(200);
    expect(waits).toBeGreaterThan(0);
    expect(hash(readFileSync(target))).toBe(hash(data));
  });
});

function counted(number: (cell: (typeof COUNTERS)[number]) => number): Counted {
  return { reads: number("reads"), writes: number("writes"), waits: number("waits"), total: number("total") };
}

async function ended(command: ChildProcess): Promise<void> {
  if (command.exitCode === null) await once(command, "exit");
  expect(command.exitCode).toBe(0);
}

function closeAll(...fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
