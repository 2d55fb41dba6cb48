import { spawnSync, type StdioOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OciContender, OciPlaces } from "./contenders.ts";
import { reap } from "./subreaper.ts";

/** A runtime with the command line of runc(8), a process for each command. */
export function byProgram(name: string, file: string, { bundle, scratch }: OciPlaces): OciContender {
  const pidFile = join(scratch, `${name}.pid`);
  const root = join(scratch, `${name}-state`);
  let made = 0;
  const call = (...words: readonly string[]): void => {
    const { status, error } = spawnSync(file, ["--root", root, ...words], { stdio: STDIO });
    if (status !== 0) throw error ?? new Error(`${name} ${words[0]}: exit status ${status}`);
  };
  const create = (): { id: string; pid: number } => {
    const id = `wb-bench-${process.pid}-${name}-${made++}`;
    call("create", "--bundle", bundle, "--pid-file", pidFile, id);
    return { id, pid: Number(readFileSync(pidFile, "utf8")) };
  };
  return {
    name,
    run: async () => call("run", "--bundle", bundle, `wb-bench-${process.pid}-${name}-${made++}`),
    cycle: async () => {
      const { id, pid } = create();
      call("start", id);
      reap(pid);
      call("delete", id);
    },
    hold: async () => {
      const { id, pid } = create();
      return {
        pid,
        [Symbol.asyncDispose]: async () => {
          call("delete", "--force", id);
          reap(pid);
        },
      };
    },
  };
}

/** A created container has its caller's streams: a pipe would stay open. */
const STDIO: StdioOptions = ["ignore", "ignore", "inherit"];
