/** `linux.seccomp` of a configuration, config-linux.md "Seccomp". */
export interface SpecSeccomp {
  readonly defaultAction: SeccompAction;
  /** Of SCMP_ACT_ERRNO and SCMP_ACT_TRACE. Default EPERM. */
  readonly defaultErrnoRet?: number;
  /** Default: that of the machine alone. */
  readonly architectures?: readonly SeccompArchitecture[];
  readonly flags?: readonly SeccompFlag[];
  /** The socket of who answers SCMP_ACT_NOTIFY. */
  readonly listenerPath?: string;
  readonly listenerMetadata?: string;
  readonly syscalls?: readonly SeccompSyscall[];
}

export interface SeccompSyscall {
  readonly names: readonly string[];
  readonly action: SeccompAction;
  readonly errnoRet?: number;
  /** All of them have to hold. */
  readonly args?: readonly SeccompArgument[];
}

export interface SeccompArgument {
  /** 0 to 5. */
  readonly index: number;
  /** uint64 */
  readonly value: number | bigint;
  /** What a masked argument has to be, with SCMP_CMP_MASKED_EQ; `value` is the mask. */
  readonly valueTwo?: number | bigint;
  readonly op: SeccompOperator;
}

export type SeccompAction =
  | "SCMP_ACT_KILL"
  | "SCMP_ACT_KILL_PROCESS"
  | "SCMP_ACT_KILL_THREAD"
  | "SCMP_ACT_TRAP"
  | "SCMP_ACT_ERRNO"
  | "SCMP_ACT_TRACE"
  | "SCMP_ACT_ALLOW"
  | "SCMP_ACT_LOG"
  | "SCMP_ACT_NOTIFY";

export type SeccompOperator =
  | "SCMP_CMP_NE"
  | "SCMP_CMP_LT"
  | "SCMP_CMP_LE"
  | "SCMP_CMP_EQ"
  | "SCMP_CMP_GE"
  | "SCMP_CMP_GT"
  | "SCMP_CMP_MASKED_EQ";

export type SeccompFlag =
  | "SECCOMP_FILTER_FLAG_TSYNC"
  | "SECCOMP_FILTER_FLAG_LOG"
  | "SECCOMP_FILTER_FLAG_SPEC_ALLOW"
  | "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";

/** `SCMP_ARCH_X86_64`, for example. */
export type SeccompArchitecture = `SCMP_ARCH_${string}`;
