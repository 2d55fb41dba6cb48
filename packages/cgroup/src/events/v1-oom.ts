import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { call, closeFd, EFD, into, isErrno, POLL, run, step } from "@wb/syscall";
import { parseFlatKeyed } from "../parse.ts";
import { readIfPresent } from "../read.ts";
import { pauses } from "../wait.ts";
import { whenReady } from "./readiness.ts";
import type { Sink, Stop } from "./source.ts";

/**
 * Being out of memory on v1: an eventfd(2) that `cgroup.event_control` ties to `memory.oom_control`, cgroup-v1/memory.rst,
 * "OOM Control". The kernel signals it before it chooses whom to kill, and has no signal for the kill itself: the counter is
 * read for a short time afterwards.
 */
export function watchV1Oom(directory: string, { push, fail }: Sink): Stop {
  const killed = (): number => parseFlatKeyed(readIfPresent(`${directory}/memory.oom_control`))["oom_kill"] ?? 0;
  let seen = killed();
  let stopped = false;
  let looking = false;
  const lookForKills = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    for (const pause of pauses(PATIENCE)) {
      const count = killed() - seen;
      seen += Math.max(0, count);
      if (stopped || count > 0) {
        if (!stopped) push({ type: "oom_kill", count });
        break;
      }
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
      });
    }
    looking = false;
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
