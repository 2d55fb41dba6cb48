import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { busyboxRoot } from "@wb/testing";

/** A busybox root whose /tmp has what is written, and FIFOs by which a container is told to begin and says that it is done. */
export interface Place extends Disposable {
  readonly root: string;
  readonly tmp: string;
  /** What a container does: all of the file in writes of so many bytes. */
  readonly script: (options: { readonly blockSize: number; readonly bytes: number }) => string;
  /** Milliseconds from the beginning to the last write. */
  readonly time: () => Promise<number>;
}

export function openPlace(megabytes: number): Place {
  const root = busyboxRoot();
  const tmp = join(root.path, "tmp");
  const line = `${"a line of 64 bytes, as programs write them to their logs".padEnd(LINE - 1, ".")}\n`;
  writeFileSync(join(tmp, "part"), line.repeat((megabytes * 2 ** 20) / LINE));
  execFileSync("mkfifo", ["-m", "666", ...["go", "done", "stay"].map((name) => join(tmp, name))]);
  return {
    root: root.path,
    tmp,
    script: ({ blockSize, bytes }) =>
      `read x < /tmp/go; dd if=/tmp/part bs=${blockSize} count=${bytes / blockSize} 2>/dev/null; echo > /tmp/done; read x < /tmp/stay`,
    time: async () => {
      // Open at both ends, so that nobody waits for the other.
      await using done = await open(join(tmp, "done"), "r+");
      await using go = await open(join(tmp, "go"), "r+");
      const start = performance.now();
      await go.write("\n");
      await done.read(Buffer.alloc(1), 0, 1);
      return performance.now() - start;
    },
    [Symbol.dispose]: () => root[Symbol.dispose](),
  };
}

/** Bytes. */
const LINE = 64;

/** The parent of a process, proc_pid_stat(5). */
export function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}
