/** Options of waitid(2) and wait4(2), linux/wait.h. What waitid(2) calls STOPPED is UNTRACED for wait4(2). */
export const W = {
  NOHANG: 0x1,
  STOPPED: 0x2,
  EXITED: 0x4,
  CONTINUED: 0x8,
  NOWAIT: 0x0100_0000,
} as const;

/** Options of waitid(2) and wait4(2) that only Linux has, linux/wait.h. */
export const __W = {
  NOTHREAD: 0x2000_0000,
  ALL: 0x4000_0000,
  CLONE: 0x8000_0000,
} as const;

/** Whom waitid(2) waits for, linux/wait.h. */
export const P = {
  ALL: 0,
  PID: 1,
  PGID: 2,
  PIDFD: 3, // since Linux 5.4
} as const;

/** Why a child sent SIGCHLD: `si_code`, sigaction(2), asm-generic/siginfo.h. */
export const CLD = {
  EXITED: 1,
  KILLED: 2,
  DUMPED: 3,
  TRAPPED: 4,
  STOPPED: 5,
  CONTINUED: 6,
} as const;
