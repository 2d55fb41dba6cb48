import type { SeccompAction, OciSeccompArg, SeccompFlag, SeccompOperator, OciSyscall, OciSeccomp } from "@wb/security";
import { exactUint64, integer, list, matching, oneOf, record, type Shape, text } from "./shape.ts";

const action = oneOf<SeccompAction>({
  SCMP_ACT_KILL: true,
  SCMP_ACT_KILL_PROCESS: true,
  SCMP_ACT_KILL_THREAD: true,
  SCMP_ACT_TRAP: true,
  SCMP_ACT_ERRNO: true,
  SCMP_ACT_TRACE: true,
  SCMP_ACT_ALLOW: true,
  SCMP_ACT_LOG: true,
  SCMP_ACT_NOTIFY: true,
});

const argument = record<OciSeccompArg>(
  {
    index: integer("uint32"),
    value: exactUint64,
    valueTwo: exactUint64,
    op: oneOf<SeccompOperator>({
      SCMP_CMP_NE: true,
      SCMP_CMP_LT: true,
      SCMP_CMP_LE: true,
      SCMP_CMP_EQ: true,
      SCMP_CMP_GE: true,
      SCMP_CMP_GT: true,
      SCMP_CMP_MASKED_EQ: true,
    }),
  },
  ["index", "value", "op"],
);

const syscall = record<OciSyscall>(
  { names: list(text, { least: 1 }), action, errnoRet: integer("uint32"), args: list(argument) },
  ["names", "action"],
);

const ARCHITECTURES = [
  ["X86", "X86_64", "X32", "ARM", "AARCH64", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32"],
  ["PPC", "PPC64", "PPC64LE", "S390", "S390X", "PARISC", "PARISC64", "RISCV64", "LOONGARCH64", "M68K", "SH", "SHEB"],
].flat();

/** `linux.seccomp` of config-linux.json. */
export const seccompShape: Shape = record<OciSeccomp>(
  {
    defaultAction: action,
    defaultErrnoRet: integer("uint32"),
    architectures: list(
      matching(new RegExp(`^SCMP_ARCH_(${ARCHITECTURES.join("|")})$`), 'an architecture such as "SCMP_ARCH_X86_64"'),
    ),
    flags: list(
      oneOf<SeccompFlag>({
        SECCOMP_FILTER_FLAG_TSYNC: true,
        SECCOMP_FILTER_FLAG_LOG: true,
        SECCOMP_FILTER_FLAG_SPEC_ALLOW: true,
        SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: true,
      }),
    ),
    listenerPath: text,
    listenerMetadata: text,
    syscalls: list(syscall),
  },
  ["defaultAction"],
);
