import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { syscallNumber, thisArchitecture } from "../src/architecture.ts";
import {
  type Program,
  AT_FDCWD,
  O,
  S,
  address,
  call,
  into,
  memory,
  run,
  spawn,
  step,
  tell,
  value,
} from "../src/index.ts";
import { end, exit, finish, makePipe } from "./support/children.ts";

const story: Program = [tell("ready"), exit(0)];

describe("a Program that waits for its parent", () => {
  test("in read(2) of a pipe goes on at its byte, and sees its end when the parent is gone", async () => {
    const read = step("wait for a byte", [
      memory("byte", 8),
      into("length", call("read", value("go"), address("byte"), 1)),
    ]);
    for (const [written, length] of [
      ["g", 1],
      ["", 0],
    ] as const) {
      const pipe = makePipe();
      const child = spawn([tell("waiting"), read, tell("successor", "length"), ...story], {
        inherit: [pipe.reader],
        inputs: { go: pipe.reader },
      });
      expect(await child.report.next()).toEqual({ message: "waiting", value: 0 });
      expect(await waitingCall(child.pid)).toBe(syscallNumber("read", thisArchitecture()));
      if (written !== "") writeSync(pipe.writer, written);
      closeSync(pipe.writer);
      const { messages, status } = await finish(child);
      expect(messages[0]).toEqual({ message: "successor", value: length });
      expect(status.code).toBe(0);
      closeSync(pipe.reader);
    }
  });

  test("in open(2) of a FIFO goes on when the parent opens it", async () => {
    using directory = temporaryDirectory();
    const fifo = join(directory.path, "start");
    run([step("make a FIFO", [call("mknodat", AT_FDCWD, fifo, S.IFIFO | 0o600, 0)])]);
    const open = step("wait for the start", [
      into("start", call("openat", AT_FDCWD, fifo, O.RDONLY | O.CLOEXEC, 0)),
      call("close", value("start")),
    ]);
    const child = spawn([tell("waiting"), open, ...story]);
    expect((await child.report.next())?.message).toBe("waiting");
    expect(await waitingCall(child.pid)).toBe(syscallNumber("openat", thisArchitecture()));
    // Without O_NONBLOCK this would wait for a reader that is late.
    closeSync(openSync(fifo, O.WRONLY | O.NONBLOCK));
    expect(await finish(child)).toEqual({
      status: { code: 0, signal: null },
      messages: [{ message: "ready", value: 0 }],
    });
  });

  test("takes a few pages of memory meanwhile", async () => {
    const pipe = makePipe();
    const wait = step("wait for a byte", [memory("byte", 8), call("read", value("go"), address("byte"), 1)]);
    const child = spawn([tell("waiting"), wait], { inherit: [pipe.reader], inputs: { go: pipe.reader } });
    expect((await child.report.next())?.message).toBe("waiting");
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
    expect(Number(resident)).toBeLessThan(50);
    await end(child);
    closeSync(pipe.reader);
    closeSync(pipe.writer);
  });
});

/** The number of the system call that a process waits in, once it does: proc_pid_syscall(5). */
async function waitingCall(pid: number): Promise<number> {
  for (;;) {
    const [number] = readFileSync(`/proc/${pid}/syscall`, "utf8").split(" ");
    if (number?.startsWith("running") === false) return Number(number);
    await new Promise(setImmediate);
  }
}
