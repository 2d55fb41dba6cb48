import { closeSync, openSync, writeSync } from "node:fs";
import { O, POLL, whenReady } from "@wb/syscall";
import { checkRange } from "../controller.ts";
import { CgroupError } from "../error.ts";
import { codeOf } from "../read.ts";
import type { PressureTrigger } from "./event.ts";
import type { Sink, Stop } from "./source.ts";

/** A trigger in a v2 group's `memory.pressure` and its like, which lasts as long as the file is open. */
export function watchPressure(directory: string, trigger: PressureTrigger, { push, fail }: Sink): Stop {
  const fd = openTrigger(directory, trigger);
  const unwatch = whenReady({
    fd,
    events: POLL.PRI,
    fail,
    ready: (revents) => {
      // POLLERR: the group was removed, and the descriptor would be ready for ever.
      if ((revents & POLL.ERR) !== 0) unwatch();
      else push({ type: "pressure", trigger });
    },
  });
  return () => {
    unwatch();
    closeSync(fd);
  };
}

/** @throws CgroupError for a trigger that is none, before anything is opened */
export function checkTrigger({ resource, kind, stallUs, windowUs }: PressureTrigger): void {
  if (!/^(cpu|memory|io)$/.test(resource) || !/^(some|full)$/.test(kind)) {
    throw new CgroupError("WB_CGROUP_LIMIT", `there is no pressure ${kind} of ${resource}`, {
      value: `${resource} ${kind}`,
      hint: "some or full, of cpu, memory or io",
    });
  }
  checkRange(`the window of ${resource}.pressure (microseconds)`, windowUs, 500_000, 10_000_000);
  checkRange(`the stall of ${resource}.pressure (microseconds)`, stallUs, 1, windowUs);
}

function openTrigger(directory: string, { resource, kind, stallUs, windowUs }: PressureTrigger): number {
  const path = `${directory}/${resource}.pressure`;
  const value = `${kind} ${stallUs} ${windowUs}`;
  let fd: number | undefined;
  try {
    fd = openSync(path, O.RDWR | O.NONBLOCK);
    writeSync(fd, value);
    return fd;
  } catch (cause) {
    if (fd !== undefined) closeSync(fd);
    throw new CgroupError("WB_CGROUP_WRITE", `cannot write "${value}" to ${path}: ${String(codeOf(cause))}`, {
      path,
      value,
      cause,
      hint: HINTS[String(codeOf(cause))],
    });
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EINVAL: "without CAP_SYS_RESOURCE the window must be a multiple of 2000000 microseconds",
  ENOENT: "this kernel does not measure pressure: it needs CONFIG_PSI, and psi=1 at boot",
  // Node.js calls EOPNOTSUPP so.
  ENOTSUP: "this kernel does not measure pressure: boot it with psi=1",
};
