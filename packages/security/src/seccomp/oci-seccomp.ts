/** `linux.seccomp` of an OCI config.json, runtime-spec 1.3. What is null counts as left out. */
export interface OciSeccomp {
  /** For calls that no rule matches. */
  readonly defaultAction: SeccompAction;
  /** The errno of SCMP_ACT_ERRNO, or the number that a tracer gets of SCMP_ACT_TRACE. Default EPERM. */
  readonly defaultErrnoRet?: number | null;
  /** Besides this machine's own. Calls of others end the thread. */
  readonly architectures?: readonly SeccompArchitecture[] | null;
  /** Default SECCOMP_FILTER_FLAG_SPEC_ALLOW, as runc has it. */
  readonly flags?: readonly SeccompFlag[] | null;
  /** The socket that gets the listener: needed for SCMP_ACT_NOTIFY. */
  readonly listenerPath?: string | null;
  /** Goes to the listener's receiver as it is. */
  readonly listenerMetadata?: string | null;
  readonly syscalls?: readonly OciSyscall[] | null;
}

/** A rule: the action for calls of these names whose arguments fit. */
export interface OciSyscall {
  readonly names: readonly string[];
  readonly action: SeccompAction;
  readonly errnoRet?: number | null;
  /** All must hold; but if two are about the same argument, each is a rule of its own, as in runc. */
  readonly args?: readonly OciSeccompArg[] | null;
}

/** A condition on an argument of a call. */
export interface OciSeccompArg {
  /** 0 to 5. */
  readonly index: number;
  /** Of 64 bits. For SCMP_CMP_MASKED_EQ, the mask. */
  readonly value: number | bigint;
  /** For SCMP_CMP_MASKED_EQ, what the masked argument equals. Default 0. */
  readonly valueTwo?: number | bigint | null;
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

/** Those with a table of calls are x86-64, x86, x32, arm64 and 32-bit ARM. */
export type SeccompArchitecture =
  | "SCMP_ARCH_X86_64"
  | "SCMP_ARCH_X86"
  | "SCMP_ARCH_X32"
  | "SCMP_ARCH_AARCH64"
  | "SCMP_ARCH_ARM"
  | "SCMP_ARCH_LOONGARCH64"
  | "SCMP_ARCH_M68K"
  | "SCMP_ARCH_MIPS"
  | "SCMP_ARCH_MIPS64"
  | "SCMP_ARCH_MIPS64N32"
  | "SCMP_ARCH_MIPSEL"
  | "SCMP_ARCH_MIPSEL64"
  | "SCMP_ARCH_MIPSEL64N32"
  | "SCMP_ARCH_PARISC"
  | "SCMP_ARCH_PARISC64"
  | "SCMP_ARCH_PPC"
  | "SCMP_ARCH_PPC64"
  | "SCMP_ARCH_PPC64LE"
  | "SCMP_ARCH_RISCV64"
  | "SCMP_ARCH_S390"
  | "SCMP_ARCH_S390X"
  | "SCMP_ARCH_SH"
  | "SCMP_ARCH_SHEB";
