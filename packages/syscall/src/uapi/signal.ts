/**
 * Signals by their numbers, signal(7), asm/signal.h: the same on x86-64 and arm64, one name each (ABRT is IOT, IO is
 * POLL). Real-time signals have no names here: the kernel's begin at 32, the C library's SIGRTMIN at 34.
 */
export const SIG = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

/** What sigprocmask(2) does with its set: SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK, asm-generic/signal-defs.h. */
export const SIG_HOW = {
  BLOCK: 0,
  UNBLOCK: 1,
  SETMASK: 2,
} as const;

/** Handlers that are no functions, sigaction(2), asm-generic/signal-defs.h. */
export const SIG_HANDLER = {
  DFL: 0,
  IGN: 1,
} as const;

/** Flags of `struct sigaction`, sigaction(2), asm/signal.h. */
export const SA = {
  NOCLDSTOP: 0x0000_0001,
  NOCLDWAIT: 0x0000_0002,
  SIGINFO: 0x0000_0004,
  UNSUPPORTED: 0x0000_0400, // since Linux 5.11
  EXPOSE_TAGBITS: 0x0000_0800, // since Linux 5.11
  RESTORER: 0x0400_0000,
  ONSTACK: 0x0800_0000,
  RESTART: 0x1000_0000,
  NODEFER: 0x4000_0000,
  RESETHAND: 0x8000_0000,
} as const;
