import { openSync } from "node:fs";
import { SUPERVISED_PIDFD } from "@wb/ns";
import { call, closeFd, into, O, run, step } from "@wb/syscall";
import { processStat } from "../lifecycle/init-process.ts";
import { ownedFd } from "../lifecycle/owned-fd.ts";
import { PROCESS } from "./exit-record.ts";
import { endGuard, takeInput, writeHeldInput } from "./held-input.ts";
import { guardInput } from "./input-guard.ts";
import { openSupervision, type SupervisionOptions } from "./open-supervision.ts";
import { spawnDetached } from "./spawn-detached.ts";

export interface Orphan {
  /** Its first process, and when that began: proc_pid_stat(5) field 22. */
  readonly init_process_pid: number;
  readonly init_process_start: number;
}

/**
 * Gives a container whose supervisor was killed another one, which goes on where that was. How its process ends that one is told by the
 * kernel since Linux 6.15; before, nobody knows.
 *
 * @returns its pid; undefined when the process has ended meanwhile
 * @throws SyscallError
 */
export function replaceSupervisor(
  orphan: Orphan,
  options: Omit<SupervisionOptions, "adopts" | "master">,
): number | undefined {
  const pid = orphan.init_process_pid;
  const opened = run([step("refer to the process", [into("pidfd", call("pidfd_open", pid, 0))])]);
  const pidfd = opened.number("pidfd");
  try {
    using directory = ownedFd(openSync(`/proc/${pid}`, O.PATH | O.DIRECTORY | O.CLOEXEC));
    // Looked at after both were opened: another process may have the pid by now.
    if (processStat(pid)?.start !== orphan.init_process_start) return undefined;
    const input = takeInput(options.directory);
    using _input = input === undefined ? undefined : ownedFd(input.fd);
    const master = input?.kind === "terminal" ? input.fd : undefined;
    using supervision = openSupervision({ ...options, ...(master === undefined ? {} : { master }), adopts: pid });
    const { program, inputs = {}, inherit = [], name = "wb-supervisor" } = supervision.supervisor;
    const supervisor = spawnDetached(program, {
      name,
      inputs: { ...inputs, [SUPERVISED_PIDFD]: pidfd, [PROCESS]: directory.fd },
      inherit: [...inherit, pidfd, directory.fd],
    });
    const fd = master ?? supervision.stdin;
    if (input !== undefined && fd !== undefined) {
      const guard = guardInput({ pidfd, fd });
      endGuard(options.directory);
      writeHeldInput(options.directory, { kind: input.kind, fd, guard, supervisor });
    }
    return supervisor;
  } finally {
    closeFd(pidfd);
  }
}
