import { readdirSync, readFileSync } from "node:fs";
import { uptime } from "node:os";
import { isErrno } from "@wb/syscall";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { processStat } from "../../runtime/lifecycle/init-process.ts";
import { rfc3339 } from "../words/rfc3339.ts";
import { findSupervisor } from "./find-supervisor.ts";

/**
 * What the kernel knows of a container that no file tells of any more: its first process is the child of its supervisor, and the group of
 * that is its own, by its name. Of one whose supervisor was killed, it is the oldest in that group that came from outside.
 *
 * @returns undefined where it has neither
 */
export function foundRecord(id: string): ContainerRecord | undefined {
  const supervisor = findSupervisor(id);
  const pid = (supervisor === undefined ? undefined : childOf(supervisor)) ?? firstOfGroup(id);
  const stat = pid === undefined ? undefined : processStat(pid);
  if (pid === undefined || stat === undefined) return undefined;
  const cgroup = groupOf(pid, id);
  return {
    ociVersion: "1.2.0",
    id,
    init_process_pid: pid,
    init_process_start: stat.start,
    bundle: "",
    rootfs: "",
    created: rfc3339(Date.now() - (uptime() * 1000 - stat.start * TICK_MS)),
    owner: "",
    ...(cgroup === undefined ? {} : { cgroup }),
  };
}

/** sysconf(3), _SC_CLK_TCK: 100 of them make a second wherever Node runs. */
const TICK_MS = 10;

/** The one that a supervisor has. */
function childOf(parent: number): number | undefined {
  return pids().find((pid) => processStat(pid)?.ppid === parent);
}

/** Others of a group are children of those in it, or came later: of `wb exec`. */
function firstOfGroup(id: string): number | undefined {
  const members = new Map(
    pids().flatMap((pid) => {
      const stat = groupOf(pid, id) === undefined ? undefined : processStat(pid);
      return stat === undefined || stat.state === "Z" ? [] : [[pid, stat] as const];
    }),
  );
  const [first] = [...members]
    .filter(([, { ppid }]) => !members.has(ppid))
    .toSorted(([, a], [, b]) => a.start - b.start);
  return first?.[0];
}

function pids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** proc_pid_cgroup(5): of its hierarchies, one that has a group with the container's id in its name. */
function groupOf(pid: number, id: string): string | undefined {
  try {
    const paths = readFileSync(`/proc/${pid}/cgroup`, "utf8")
      .split("\n")
      .map((line) => line.split(":").slice(2).join(":"));
    // What it has made below is of the same name.
    return paths.flatMap((path) => new RegExp(`^.*${id}[^/]*`).exec(path)?.[0] ?? []).at(0);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
