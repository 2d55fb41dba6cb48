import type { OciCapabilities, Rlimit } from "@wb/security";

/** `process` of a configuration, and what `exec --process` reads: config.md "Process". */
export interface SpecProcess {
  readonly terminal?: boolean;
  /** Characters of the terminal. */
  readonly consoleSize?: { readonly height: number; readonly width: number };
  /** Absolute. */
  readonly cwd: string;
  /** `NAME=value` */
  readonly env?: readonly string[];
  readonly args?: readonly string[];
  readonly user?: SpecUser;
  readonly capabilities?: OciCapabilities;
  readonly rlimits?: readonly Rlimit[];
  readonly noNewPrivileges?: boolean;
  readonly apparmorProfile?: string;
  /** -1000 to 1000 */
  readonly oomScoreAdj?: number;
  readonly scheduler?: SpecScheduler;
  readonly selinuxLabel?: string;
  readonly ioPriority?: { readonly class: IoPriorityClass; readonly priority?: number };
  /** Lists of CPUs for a process that `exec` starts: before it is moved to the container's cgroup, and after. */
  readonly execCPUAffinity?: { readonly initial?: string; readonly final?: string };
}

export interface SpecUser {
  readonly uid?: number;
  readonly gid?: number;
  readonly umask?: number;
  readonly additionalGids?: readonly number[];
}

/** sched_setattr(2) */
export interface SpecScheduler {
  readonly policy: SchedulerPolicy;
  /** -20 to 19, of SCHED_OTHER and SCHED_BATCH. */
  readonly nice?: number;
  /** 1 to 99, of SCHED_FIFO and SCHED_RR. */
  readonly priority?: number;
  readonly flags?: readonly SchedulerFlag[];
  /** Nanoseconds, as the next two; of SCHED_DEADLINE. */
  readonly runtime?: number | bigint;
  readonly deadline?: number | bigint;
  readonly period?: number | bigint;
}

export type SchedulerPolicy =
  | "SCHED_OTHER"
  | "SCHED_FIFO"
  | "SCHED_RR"
  | "SCHED_BATCH"
  | "SCHED_ISO"
  | "SCHED_IDLE"
  | "SCHED_DEADLINE";

export type SchedulerFlag =
  | "SCHED_FLAG_RESET_ON_FORK"
  | "SCHED_FLAG_RECLAIM"
  | "SCHED_FLAG_DL_OVERRUN"
  | "SCHED_FLAG_KEEP_POLICY"
  | "SCHED_FLAG_KEEP_PARAMS"
  | "SCHED_FLAG_UTIL_CLAMP_MIN"
  | "SCHED_FLAG_UTIL_CLAMP_MAX";

export type IoPriorityClass = "IOPRIO_CLASS_RT" | "IOPRIO_CLASS_BE" | "IOPRIO_CLASS_IDLE";
