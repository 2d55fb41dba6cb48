import { s32, s64, type Struct, struct, u32 } from "../struct.ts";
import { CLD } from "../uapi/wait.ts";

/** `siginfo_t` of SIGCHLD, as waitid(2) fills it, asm-generic/siginfo.h. */
export interface Siginfo {
  /** SIGCHLD; 0 when WNOHANG found nothing. */
  readonly si_signo: number;
  readonly si_errno: number;
  /** One of CLD_EXITED, CLD_KILLED, CLD_DUMPED, CLD_TRAPPED, CLD_STOPPED and CLD_CONTINUED. */
  readonly si_code: number;
  readonly si_pid: number;
  /** The child's real user id. */
  readonly si_uid: number;
  /** The exit status after CLD_EXITED, else a signal. */
  readonly si_status: number;
  /** Clock ticks of user time; waitid(2) leaves it 0, and gives a `struct rusage`. */
  readonly si_utime: bigint;
  readonly si_stime: bigint;
}

export const siginfo: Struct<Siginfo> = struct<Siginfo>(
  "siginfo",
  {
    si_signo: s32,
    si_errno: s32,
    si_code: s32,
    si_pid: s32,
    si_uid: u32,
    si_status: s32,
    si_utime: s64,
    si_stime: s64,
  },
  { si_signo: "signal", si_code: { oneOf: CLD, prefix: "CLD_" } },
  // si_pid begins a union, which is aligned to its pointers; other signals have more fields.
  { size: 128, offsets: { si_pid: 16 } },
);
