import { openCgroup } from "@wb/cgroup";
import { call, closeFd, ignoring, into, run, SIG, step } from "@wb/syscall";
import { UserError } from "../../user-error.ts";
import type { ContainerRecord } from "./container-record.ts";
import { configOf, findContainer } from "./find-container.ts";
import { isAlive } from "./init-process.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { groupLayout } from "./rootless.ts";

/**
 * Sends a signal to a container's first process, or to all of its processes: OCI runtime-spec runtime.md "Kill".
 *
 * Where the container has no pid namespace of its own, SIGKILL of the first process would leave the others: it goes to all. A
 * paused container is thawed for it, or it would not die.
 *
 * @throws LifecycleError when it does not run
 */
export function killContainer(
  root: string,
  id: string,
  signal: number,
  { all = false }: { readonly all?: boolean } = {},
): void {
  const { record, status } = findContainer(root, id);
  if (all || (signal === SIG.KILL && !hasOwnPids(root, id))) {
    signalAll(record, signal);
    return;
  }
  if (status === "stopped" || status === "creating" || !signalInit(record, signal))
    throw new LifecycleError("WB_CONTAINER_STATE", "container not running", { id });
  if (signal === SIG.KILL && status === "paused") thaw(record);
}

/** Kills the first process; one that is dead is no error. */
export function killInit(record: ContainerRecord): void {
  signalInit(record, SIG.KILL);
}

/** Whether it was there to get it. */
function signalInit(record: ContainerRecord, signal: number): boolean {
  return signalIf(record.init_process_pid, signal, () => isAlive(record));
}

/** Held by a pidfd before it is looked at, no other process that gets the pid meanwhile can get the signal. */
function signalIf(pid: number, signal: number, isMeant: () => boolean): boolean {
  const made = run([
    step(`refer to process ${pid}`, [into("pidfd", ignoring(call("pidfd_open", pid, 0), "ESRCH", "EINVAL"))]),
  ]);
  const pidfd = made.number("pidfd");
  if (pidfd < 0) return false;
  try {
    if (!isMeant()) return false;
    const sent = run([
      step(`send signal ${signal}`, [
        into("sent", ignoring(call("pidfd_send_signal", pidfd, signal, null, 0), "ESRCH")),
      ]),
    ]);
    return sent.number("sent") === 0;
  } finally {
    closeFd(pidfd);
  }
}

function hasOwnPids(root: string, id: string): boolean {
  try {
    return configOf(root, id).linux.namespaces.some(({ type, path }) => type === "pid" && path === undefined);
  } catch (error) {
    // Without a configuration nobody knows: to kill all is right in both cases.
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** Those of its control group: all that it started, and nothing else. */
function signalAll(record: ContainerRecord, signal: number): void {
  const { cgroup } = record;
  if (cgroup === undefined) {
    signalInit(record, signal);
    return;
  }
  const group = openCgroup(cgroup, { layout: groupLayout() });
  if (signal === SIG.KILL) {
    group.killSync();
    return;
  }
  const pids = (): number[] => group.pids({ recursive: true });
  for (const pid of pids()) signalIf(pid, signal, () => pids().includes(pid));
}

function thaw({ cgroup }: ContainerRecord): void {
  if (cgroup !== undefined) openCgroup(cgroup, { layout: groupLayout() }).thawSync();
}
