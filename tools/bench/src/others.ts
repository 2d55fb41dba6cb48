import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import type { HostState } from "@wb/testing";

/** Drops what other programs of the machine use now: containers that someone else runs meanwhile. */
export function withoutOthers(now: HostState): HostState {
  const namespaces = Map.groupBy(
    processes().flatMap((pid) => namespacesOf(pid).map((link) => ({ link, pid }))),
    ({ link }) => link,
  );
  return {
    ...now,
    namespaces: now.namespaces.filter((link) => !areOthers((namespaces.get(link) ?? []).map(({ pid }) => pid))),
    cgroups: now.cgroups.filter((path) => !areOthers(lines(`${path}/cgroup.procs`))),
  };
}

/** Processes are others' if a living parent other than this process has them; one of ours that lost its own is init's. */
function areOthers(pids: readonly string[]): boolean {
  return (
    pids.length > 0 && pids.every((pid) => !ancestors(pid).includes(String(process.pid)) && ancestors(pid).length > 1)
  );
}

/** From the parent to a child of init, or further. */
function ancestors(pid: string): string[] {
  // proc_pid_stat(5): the command stands in parentheses and may hold spaces; state and parent follow it.
  const parent = /\) \S (\d+)/u.exec(lines(`/proc/${pid}/stat`)[0] ?? "")?.[1] ?? "0";
  return parent === "0" ? [] : [parent, ...ancestors(parent)];
}

function processes(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
}

function namespacesOf(pid: string): string[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/ns`)).flatMap((name) =>
    unlessGone(() => [readlinkSync(`/proc/${pid}/ns/${name}`)]),
  );
}

function lines(path: string): string[] {
  return unlessGone(() => readFileSync(path, "utf8").trimEnd().split("\n").filter(Boolean));
}

/** None where a process or cgroup is gone meanwhile, or not to be looked at. */
function unlessGone(read: () => string[]): string[] {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH", "ENODEV", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return [];
    throw error;
  }
}
