import { mkdirSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, sync } from "@wb/ns";
import { closeFd, tryWait } from "@wb/syscall";
import { leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { followLog } from "../../src/engine/logs/follow.ts";
import type { LogLines } from "../../src/engine/logs/lines.ts";
import type { LogEvent } from "../../src/engine/logs/log-event.ts";
import { closeLogFiles, openLogFiles } from "../../src/engine/logs/log-files.ts";
import { readLog } from "../../src/engine/logs/reader.ts";
import { sequenceOf } from "../../src/engine/logs/sequence.ts";
import { openSupervision } from "../../src/runtime/supervisor/open-supervision.ts";
import { allLines } from "./support/log.ts";

// libuv keeps its one inotify instance for the next watcher.
watch(tmpdir()).close();
leavesHostUnchanged();

const root = requires("root");

/** Starts a shell with a supervisor that writes a log; the signal is that of the supervisor's end. */
async function start(directory: string, text: string, limits: { size: number; files: number }): Promise<AbortSignal> {
  const log = join(directory, "logs");
  mkdirSync(log);
  using supervision = openSupervision({
    directory,
    log: { directory: log, limits },
    cleanUp: { argv: ["/bin/true"], env: {} },
  });
  const made = await create(["/bin/sh", "-c", text], {
    setup: sync("created"),
    stdio: supervision.stdio,
    supervisor: supervision.supervisor,
  });
  closeFd(made.pidfd);
  const { pidfd = -1 } = made.supervisor ?? {};
  const ended = new AbortController();
  void waitFor(() => expect(tryWait(pidfd)).toBeDefined()).finally(() => {
    closeFd(pidfd);
    ended.abort();
  });
  return ended.signal;
}

function textOf(lines: readonly LogLines[], stream: number): string {
  const bytes = lines.filter((one) => one.stream === stream).map((one) => one.bytes);
  return Buffer.concat(bytes).toString();
}

function numbers(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}\n`).join("");
}

root("followLog() gives every byte that a supervisor writes, across its rotations", async () => {
  using directory = temporaryDirectory();
  const text = "seq 1 300000; seq 1 50000 >&2; printf 'no end'";
  const ended = await start(directory.path, text, { size: 100_000, files: 90 });
  const lines: LogLines[] = [];
  const gaps: LogEvent[] = [];
  for await (const event of followLog(join(directory.path, "logs"), { ended })) {
    if (event.type === "lines") lines.push(...event.lines);
    else gaps.push(event);
  }
  expect(gaps).toEqual([]);
  expect(textOf(lines, 1) === `${numbers(1, 300_000)}no end`).toBe(true);
  expect(textOf(lines, 2) === numbers(1, 50_000)).toBe(true);
  expect(textOf(await allLines(readLog(join(directory.path, "logs"), { tail: 20_000 })), 2)).toBe(
    numbers(30_002, 50_000),
  );
});

root("followLog() says of a log whose files go faster than they are read how many it missed, and where", async () => {
  using directory = temporaryDirectory();
  const ended = await start(directory.path, "seq 1 300000", { size: 5_000, files: 2 });
  const log = join(directory.path, "logs");
  const parts: string[] = [""];
  let lost = 0;
  for await (const event of followLog(log, { ended })) {
    if (event.type === "lines") parts.push(`${parts.pop()}${textOf(event.lines, 1)}`);
    else {
      parts.push("");
      expect(event.files).toBeGreaterThan(0);
      lost += event.files ?? 0;
    }
  }
  const whole = numbers(1, 300_000);
  // Between two gaps there is none.
  expect(parts.every((part) => whole.includes(part))).toBe(true);
  expect(whole.endsWith(parts.at(-1)!) && parts.at(-1) !== "").toBe(true);
  // A file is of a few reads of the supervisor; the first one has the number 0.
  const files = openLogFiles(log);
  const last = sequenceOf(files.at(-1)!.fd);
  closeLogFiles(files);
  expect(lost).toBeLessThanOrEqual(last!);
  expect(lost > 0).toBe(parts.join("").length < whole.length);
});
