import caller from "node:process";
import { enter, findCommand, type NsProcess, type SpawnOptions, sync } from "@wb/ns";
import { type SeccompFilter, sessionStep } from "@wb/security";
import { call, into, isErrno, type Program, run, step } from "@wb/syscall";
import type { CompleteProcess, CompleteSpec } from "../../oci/complete-spec.ts";
import { capabilityWarnings } from "../capability-warnings.ts";
import { withHome } from "../home.ts";
import { ownNull } from "../own-null.ts";
import { onProcessors, ownProcessors } from "../own-processors.ts";
import { processSteps } from "../process-steps.ts";
import { stdioOwner } from "../stdio-owner.ts";
import { controllingTerminal } from "../terminal.ts";
import { ownerOutside, userNamespaceMaps } from "../user-namespace.ts";
import type { ConsoleEnds } from "./console.ts";
import type { ContainerRecord } from "./container-record.ts";
import { openExecGroups, type Subgroup } from "./exec-groups.ts";
import { hookState } from "./hook-state.ts";
import { isAlive } from "./init-process.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { ownedFd } from "./owned-fd.ts";
import { isRootless } from "./rootless.ts";
import { sendListener } from "./seccomp-listener.ts";

export interface ExecInContainerOptions {
  readonly record: ContainerRecord;
  /** The container's own configuration. */
  readonly spec: CompleteSpec;
  readonly process: CompleteProcess;
  /** The terminal, where the process has one. */
  readonly terminal?: ConsoleEnds | undefined;
  /** Groups below the container's own. Default: that one. */
  readonly subgroups?: readonly Subgroup[];
  readonly fds?: Readonly<Record<number, number>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio?: SpawnOptions["stdio"];
  readonly argv0?: string;
  /** A filter of system calls, for a configuration that has none. */
  readonly filter?: SeccompFilter | undefined;
  readonly warn: (message: string) => void;
  /** Called with what has been done, in runc's words for it, which callers and tests look for. */
  readonly debug?: ((message: string) => void) | undefined;
}

/**
 * Starts a process in a container that is there: in all its namespaces and in its control group before its first
 * instruction, with the privileges that `process` says.
 *
 * @returns once its program is executed
 * @throws LifecycleError when the container has ended; as `spawn` of `@wb/ns`
 */
export async function execInContainer(options: ExecInContainerOptions): Promise<NsProcess> {
  const { record, spec, terminal, stdio = terminal?.stdio ?? "inherit" } = options;
  using init = ownedFd(openInit(record));
  const process = withHome(options.process, { root: `/proc/${record.init_process_pid}/root` });
  const maps = userNamespaceMaps(spec);
  const { execCPUAffinity: affinity = {} } = process;
  const made = processSteps(process, spec, {
    inUserNamespace: maps !== undefined,
    rootless: isRootless(),
    filter: options.filter,
    ...(affinity.final === undefined && affinity.initial !== undefined ? {} : { cpus: affinity.final ?? "all" }),
  });
  capabilityWarnings(made).forEach(options.warn);
  const owner = maps === undefined ? process.user : ownerOutside(maps, process.user);
  const inputs = terminal?.inputs ?? {};
  using groups = openExecGroups(record, options.subgroups);
  const { debug } = options;
  debug?.("nsexec container setup: the process is made");
  using _processors = affinity.initial === undefined ? undefined : onProcessors(affinity.initial);
  debug?.(`nsexec[${caller.pid}]: affinity: 0x${ownProcessors().toString(16)}`);
  return await enter({ pidfd: init.fd }, undefined, process.args, {
    // Still with the caller's /proc and privileges.
    before: [
      ...made.first,
      // A user namespace may not have it.
      ...(maps === undefined ? [] : made.scheduling),
      ...(terminal === undefined && stdio === "inherit" && !isRootless() ? stdioOwner(owner.uid) : []),
    ],
    setup: [
      sessionStep,
      ...(debug === undefined ? [] : sync("created", { label: "wait while that is logged" })),
      ...(maps === undefined ? made.scheduling : []),
      ...made.keyring,
      ...(terminal === undefined ? nullSteps(spec, stdio) : [controllingTerminal()]),
      ...made.last,
      findCommand({ argv: process.args, env: { ...made.env, ...options.env } }),
    ],
    last: made.beforeCommand,
    on: {
      ...(debug === undefined
        ? {}
        : {
            created: ({ pid }) => {
              debug(`child process in init(): ${pid} is in the container`);
              debug("setns_init: about to exec");
            },
          }),
      listener: (started, fd) => sendListener(spec.linux.seccomp, { ...started, fd }, hookState(record, "running")),
    },
    asRoot: false,
    env: { ...made.env, ...options.env },
    fds: options.fds ?? {},
    inputs,
    inherit: Object.values(inputs),
    stdio,
    ...(options.argv0 === undefined ? {} : { argv0: options.argv0 }),
    ...(groups === undefined ? {} : { cgroup: groups.entrance }),
    blocking: true,
    // A detached process may end before this one does: how it ended is for the engine, which adopts it.
    reap: false,
  });
}

/** Without a mount namespace of its own a container has the machine's devices, if any. */
function nullSteps({ linux: { namespaces } }: CompleteSpec, stdio: SpawnOptions["stdio"]): Program {
  return stdio === "inherit" && namespaces.some(({ type }) => type === "mount") ? [ownNull] : [];
}

/** @returns a pidfd of the container's first process, and of no other that has its pid by now */
function openInit(record: ContainerRecord): number {
  const { id, init_process_pid: pid } = record;
  try {
    const pidfd = run([step(`refer to process ${pid}`, [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
    if (isAlive(record)) return pidfd;
    ownedFd(pidfd)[Symbol.dispose]();
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
  throw new LifecycleError("WB_CONTAINER_STATE", "container not running", { id });
}
