import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { call, closeFd, EFD, into, isErrno, POLL, run, step, whenReady } from "@wb/syscall";
import { parseFlatKeyed } from "../parse.ts";
import { readIfPresent } from "../read.ts";
import { pauses } from "../wait.ts";
import type { Sink, Stop } from "./source.ts";

/**
 * Being out of memory on v1: an eventfd(2) that `cgroup.event_control` ties to `memory.oom_control`, cgroup-v1/memory.rst,
 * "OOM Control". The kernel signals it before it chooses whom to kill, and has no signal for the kill itself: the counter is
 * read for a short time afterwards.
 */
export function watchV1Oom(directory: string, { push, fail }: Sink): Stop {
  const killed = (): number => parseFlatKeyed(readIfPresent(`${directory}/memory.oom_control`))["oom_kill"] ?? 0;
  let seen = killed();
  /** So many kills are expected. One that was on its way out already is not counted as killed. */
  let due = 0;
  let looking = 0;
  let stopped = false;
  const lookForKills = async (): Promise<void> => {
    looking++;
    for (const pause of pauses(PATIENCE)) {
      const count = Math.max(0, killed() - seen);
      seen += count;
      due -= count;
      if (count > 0) push({ type: "oom_kill", count });
      if (stopped || due <= 0) break;
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
      });
      if (stopped) break;
    }
    looking--;
    if (looking === 0) due = 0;
  };
  const eventfd = openOomEventfd(directory);
  const unwatch = whenReady({
    fd: eventfd,
    events: POLL.IN,
    fail,
    ready: () => {
      const count = readCount(eventfd);
      // The removal of the group is signalled, too.
      if (count === 0 || readIfPresent(`${directory}/memory.oom_control`) === undefined) return;
      push({ type: "oom", count });
      due += count;
      lookForKills().catch(fail);
    },
  });
  return () => {
    stopped = true;
    unwatch();
    closeFd(eventfd);
  };
}

/** Milliseconds within which the kernel has killed and counted. */
const PATIENCE = 2000;

function openOomEventfd(directory: string): number {
  const flags = EFD.CLOEXEC | EFD.NONBLOCK;
  const eventfd = run([step("an eventfd", [into("eventfd", call("eventfd2", 0, flags))])]).number("eventfd");
  try {
    withFile(`${directory}/memory.oom_control`, "r", (oomControl) => {
      withFile(`${directory}/cgroup.event_control`, "w", (control) => writeSync(control, `${eventfd} ${oomControl}`));
    });
    return eventfd;
  } catch (error) {
    closeFd(eventfd);
    throw error;
  }
}

function withFile(path: string, flags: "r" | "w", action: (fd: number) => void): void {
  const fd = openSync(path, flags);
  try {
    action(fd);
  } finally {
    closeSync(fd);
  }
}

function readCount(eventfd: number): number {
  const count = Buffer.alloc(8);
  try {
    readSync(eventfd, count);
  } catch (error) {
    if (!isErrno(error, "EAGAIN")) throw error;
  }
  return Number(count.readBigUInt64LE());
}
