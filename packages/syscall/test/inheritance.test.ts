import { closeSync, openSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { closeFd } from "../src/close-fd.ts";
import { CLOSE_RANGE, F, PR, SIG, call, into, run, step, tryWait, value, waitFor } from "../src/index.ts";
import { capture, waiting } from "./support/children.ts";
import { inWorker } from "./support/worker.ts";

describe("a duplicate of a file descriptor", () => {
  const duplicate = (operation: number): Promise<{ stdout: string }> =>
    capture(
      [step("duplicate it", [into("copy", call("fcntl", value("out"), operation, 200))])],
      ["/bin/sh", "-c", "ls /proc/self/fd | grep -c '^200$'"],
    );

  test("of F_DUPFD reaches the command", async () => {
    expect((await duplicate(F.DUPFD)).stdout).toBe("1\n");
  });

  test("of F_DUPFD_CLOEXEC does not", async () => {
    expect((await duplicate(F.DUPFD_CLOEXEC)).stdout).toBe("0\n");
  });
});

describe("close_range(2)", () => {
  test("leaves the command only what it is to have, whatever this process did not close at exec", async () => {
    const file = openSync("/", "r");
    const leaked = run([step("leak", [into("leaked", call("fcntl", file, F.DUPFD, 300))])]).number("leaked");
    const list = ["/bin/sh", "-c", "ls /proc/self/fd"];
    const closing = step("close all others", [call("close_range", 3, 0xffff_ffff, CLOSE_RANGE.CLOEXEC)]);
    expect((await capture([], list)).stdout.split("\n")).toContain(`${leaked}`);
    const { stdout } = await capture([closing], list);
    expect(
      stdout
        .trim()
        .split("\n")
        .map(Number)
        .filter((fd) => fd > 3),
    ).toEqual([]);
    closeSync(file);
    closeFd(leaked);
  });
});

describe("PR_SET_PDEATHSIG", () => {
  test("follows the thread that made the process, not this process", async () => {
    const die = step("die with the parent", [call("prctl", PR.SET_PDEATHSIG, SIG.KILL)]);
    await using main = await waiting([die]);
    const { pidfd } = (await inWorker("spawnDying")) as { pidfd: number };
    // The Worker has ended.
    expect(await waitFor(pidfd)).toEqual({ code: null, signal: SIG.KILL });
    closeFd(pidfd);
    expect(tryWait(main.pidfd)).toBeUndefined();
  });
});
