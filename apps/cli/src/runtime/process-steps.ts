import {
  ALL_CAPABILITIES,
  apparmorStep,
  capabilityNames,
  type CapabilitySets,
  capabilitySteps,
  checkLabels,
  compileSeccomp,
  cpuAffinityStep,
  heldCapabilities,
  ioPriorityStep,
  labelledKeyring,
  keyringStep,
  limitTo,
  memoryPolicyStep,
  noNewPrivs,
  oomScoreAdjStep,
  parseCapabilities,
  personalityStep,
  rlimitSteps,
  schedulerStep,
  type SeccompFilter,
  selinuxStep,
  umaskStep,
} from "@wb/security";
import { call, ignoring, openProcfs, type Program, type Step, step } from "@wb/syscall";
import type { CompleteProcess, CompleteSpec } from "../oci/complete-spec.ts";
import { environmentOf } from "./environment.ts";
import { keepsGroups } from "./kept-groups.ts";
import { landlock } from "./landlock.ts";
import { NO_FILTER, seccompSteps } from "./seccomp.ts";
import { inDirectory } from "./working-directory.ts";

/** The most that a kernel can be built for. */
const MOST_CPUS = 8192;

/** What a process of a container is made of, besides its root: the same for its first one and for those of `exec`. */
export interface ProcessSteps {
  /** With the caller's privileges, before anything of the container's can be in the way. */
  readonly first: Program;
  /** With them, too, and in the process itself: what one makes that has a deadline or SCHED_FLAG_RESET_ON_FORK is without it. */
  readonly scheduling: Program;
  readonly keyring: Program;
  /** In the container's root: the working directory, and then no more privileges than the command has. */
  readonly last: Program;
  /** Directly before the command. */
  readonly beforeCommand: Program;
  readonly env: Readonly<Record<string, string>>;
  /** Capabilities that were asked for and that this process cannot give, or does not know. */
  readonly missingCapabilities: readonly string[];
  /** Ambient capabilities that are not in the other two sets that they have to be in, capabilities(7): the kernel gives none of them. */
  readonly impossibleAmbient: readonly string[];
  /** The flags of its filter of system calls, seccomp(2); undefined where it has none. */
  readonly filterFlags: number | undefined;
}

export interface ProcessContext {
  /** What the process that starts it has to give. Default: what this one has. */
  readonly held?: CapabilitySets | undefined;
  /** It is in another user namespace than this process, and has all capabilities there. */
  readonly inUserNamespace: boolean;
  /** The processors that it may run on, of those of its cgroup: a list, or `all`. Default: those of the caller. */
  readonly cpus?: string;
  /** An ordinary user starts it, which may not give up its groups. Default false. */
  readonly rootless?: boolean;
  /** A filter of system calls, for a configuration that has none. */
  readonly filter?: SeccompFilter | undefined;
}

/**
 * Plans what `process` of a configuration asks for, and what `linux` says of every process of the container.
 *
 * @throws LabelError, SeccompProfileError, LandlockError, RangeError for what cannot be
 */
export function processSteps(
  process: CompleteProcess,
  { linux, annotations = {} }: Pick<CompleteSpec, "linux" | "annotations">,
  { held, inUserNamespace, cpus, rootless = false, filter }: ProcessContext,
): ProcessSteps {
  const groups = keepsGroups({ annotations }) ? "keep" : groupsOf(process.user, rootless);
  const { user, noNewPrivileges = false, cwd, selinuxLabel = "", apparmorProfile = "" } = process;
  const wanted = parseCapabilities(process.capabilities);
  const { sets, missing } = limitTo(wanted.sets, inUserNamespace ? EVERYTHING : (held ?? heldCapabilities()));
  checkLabels(process);
  const hasLabel = selinuxLabel !== "" || apparmorProfile !== "";
  const chosen = linux.seccomp === undefined ? filter : compileSeccomp(linux.seccomp);
  const seccomp = chosen === undefined ? NO_FILTER : seccompSteps(chosen, { noNewPrivileges });
  const { ruleset, restrict } = landlock(annotations);
  return {
    first: [
      ...(cpus === undefined ? [] : [cpus === "all" ? allProcessors : cpuAffinityStep(cpus)]),
      ...(hasLabel ? [openProcfs({ subset: "pid" })] : []),
      ...attributes(process, linux),
    ],
    scheduling: process.scheduler === undefined ? [] : [schedulerStep(process.scheduler)],
    // Without a name: one that has a name can be joined by root in every other container of the same user namespace.
    keyring: selinuxLabel === "" ? [keyringStep()] : labelledKeyring(selinuxLabel, keyringStep(), OPEN),
    last: [
      ...ruleset,
      ...(apparmorProfile === "" ? [] : [apparmorStep(apparmorProfile, OPEN)]),
      ...(selinuxLabel === "" ? [] : [selinuxStep(selinuxLabel, OPEN)]),
      ...(noNewPrivileges ? [noNewPrivs] : []),
      ...inDirectory(cwd, [
        ...restrict,
        ...seccomp.privileged,
        ...capabilitySteps(sets, { user: { uid: user.uid, gid: user.gid, groups } }),
      ]),
    ],
    beforeCommand: seccomp.beforeCommand,
    env: environmentOf(process.env),
    missingCapabilities: [...missing, ...wanted.unknown],
    impossibleAmbient: impossibleAmbient(wanted.sets),
    filterFlags: chosen?.flags,
  };
}

function impossibleAmbient({ ambient, permitted, inheritable }: CapabilitySets): string[] {
  return capabilityNames(ambient & ~(permitted & inheritable));
}

/** What the caller, an engine or its service, may run on is not for the container: its cgroup decides, cpuset(7). */
const allProcessors: Step = step(
  "run on all processors that the cgroup allows",
  [ignoring(call("sched_setaffinity", 0, MOST_CPUS / 8, new Uint8Array(MOST_CPUS / 8).fill(0xff)))],
  "taskset -cp 0-8191 $$",
);

function groupsOf({ additionalGids = [] }: CompleteProcess["user"], rootless: boolean): readonly number[] | "keep" {
  return rootless && additionalGids.length === 0 ? "keep" : additionalGids;
}

const OPEN = { procfs: "open" } as const;

function attributes(
  { user, oomScoreAdj, rlimits = [], ioPriority }: CompleteProcess,
  { personality, memoryPolicy }: CompleteSpec["linux"],
): Program {
  return [
    ...(oomScoreAdj === undefined ? [] : [oomScoreAdjStep(oomScoreAdj)]),
    umaskStep(user.umask ?? 0o022),
    ...rlimitSteps(rlimits),
    ...(ioPriority === undefined ? [] : [ioPriorityStep({ priority: 0, ...ioPriority })]),
    ...(memoryPolicy === undefined ? [] : [memoryPolicyStep(memoryPolicy)]),
    ...(personality === undefined ? [] : [personalityStep(personality.domain, personality.flags)]),
  ];
}

const EVERYTHING: CapabilitySets = {
  bounding: ALL_CAPABILITIES,
  effective: ALL_CAPABILITIES,
  permitted: ALL_CAPABILITIES,
  inheritable: ALL_CAPABILITIES,
  ambient: ALL_CAPABILITIES,
};
