import { SUPERVISED_PIDFD } from "@wb/ns";
import {
  address,
  call,
  CLD,
  CLOCK,
  ignoring,
  type Instruction,
  into,
  memory,
  O,
  P,
  PIDFD_GET,
  PIDFD_INFO,
  type Step,
  step,
  value,
  W,
} from "@wb/syscall";

/** How a process ended, and when. */
export interface ExitRecord {
  /** Null after a signal, and where nobody knows: the kernel tells it to a parent, and to others since Linux 6.15. */
  readonly code: number | null;
  /** The signal's number. */
  readonly signal: number | null;
  /** In ms since 1970. */
  readonly at: number;
}

/** `siginfo_t` of waitid(2), and a `struct timespec` behind it. */
const SIGINFO = { size: 128, code: 8, status: 24 } as const;

/** Behind them what proc_pid_stat(5) says, where the process is another's child. */
const STAT = { offset: SIGINFO.size + 16, size: 512 } as const;

/** The bytes of the file, which are there before the process is: a full disk does not lose its status. */
export const EXIT_RECORD_SIZE: number = STAT.offset + STAT.size;

/** The cell with the directory in /proc of a process that is another's child. */
export const PROCESS = "process";

/** The Step that waits for the process and writes how it ended: whole, by a rename, or not at all. */
export function writeExitRecord(): Step {
  return step("write how the process ended", [
    memory("exit record", EXIT_RECORD_SIZE),
    into("waited", ignoring(call("waitid", P.PIDFD, value(SUPERVISED_PIDFD), address("exit record"), W.EXITED, null))),
    { jump: "known", when: { value: "waited", equals: 0 } },
    ...askForExit(),
    { label: "known" },
    call("clock_gettime", CLOCK.REALTIME, address("exit record", SIGINFO.size)),
    ignoring(call("pwrite64", value("exit file"), address("exit record"), EXIT_RECORD_SIZE, 0)),
    ignoring(call("fsync", value("exit file"))),
    ignoring(call("renameat", value("directory"), "exit.tmp", value("directory"), "exit")),
  ]);
}

/**
 * The exit status of a process that is another's child, where the supervisor took the place of one that was killed: what its `stat` says
 * until the parent has waited for it, and what the pidfd tells from then on, since Linux 6.15.
 */
function askForExit(): Instruction[] {
  return [
    memory("pidfd info", INFO.size),
    memory("asked for exit", 8),
    { assign: address("exit record", SIGINFO.code), to: UNKNOWN },
    into("stat", ignoring(call("openat", value(PROCESS), "stat", O.RDONLY | O.CLOEXEC, 0))),
    ignoring(call("read", value("stat"), address("exit record", STAT.offset), STAT.size)),
    { label: "ask" },
    { assign: address("pidfd info"), to: PIDFD_INFO.EXIT },
    into("info", ignoring(call("ioctl", value(SUPERVISED_PIDFD), PIDFD_GET.INFO, address("pidfd info")))),
    { jump: "known", when: { value: "info", lessThan: 0 } },
    { jump: "told", when: { value: "pidfd info", mask: BigInt(PIDFD_INFO.EXIT), equals: PIDFD_INFO.EXIT } },
    { assign: address("asked for exit"), to: value("asked for exit"), plus: 1 },
    { jump: "known", when: { value: "asked for exit", equals: MOST_TRIES } },
    ignoring(call("ppoll", null, 0, TEN_MILLISECONDS, null, 0)),
    { jump: "ask" },
    { label: "told" },
    { assign: address("exit record", SIGINFO.status), to: value("pidfd info", INFO.exit_code, 0xffff_ffffn) },
    { assign: address("exit record", SIGINFO.code), to: TOLD },
  ];
}

/** `struct pidfd_info` of linux/pidfd.h, in its first size. */
const INFO = { size: 64, exit_code: 60 } as const;

/** Of 10 ms each. */
const MOST_TRIES = 100;
const TEN_MILLISECONDS = Buffer.from(BigInt64Array.of(0n, 10_000_000n).buffer);

/** In the place of `si_code`, where nothing that a kernel writes has these: what was asked for was told, or not. */
const TOLD = 256;
const UNKNOWN = 257;

/** The record of a process whose parent is no supervisor. */
export function encodeExitRecord({ code, signal, at }: ExitRecord): Buffer {
  const bytes = Buffer.alloc(EXIT_RECORD_SIZE);
  bytes.writeInt32LE(signal === null ? CLD.EXITED : CLD.KILLED, SIGINFO.code);
  bytes.writeInt32LE(signal ?? code ?? 0, SIGINFO.status);
  bytes.writeBigInt64LE(BigInt(Math.floor(at / 1000)), SIGINFO.size);
  bytes.writeBigInt64LE(BigInt(Math.floor(at % 1000) * 1e6), SIGINFO.size + 8);
  return bytes;
}

/** Undefined for a file that was not written to its end. */
export function parseExitRecord(bytes: Buffer): ExitRecord | undefined {
  if (bytes.length < EXIT_RECORD_SIZE) return undefined;
  const kind = bytes.readInt32LE(SIGINFO.code);
  if (kind === 0) return undefined;
  const seconds = Number(bytes.readBigInt64LE(SIGINFO.size));
  const nanoseconds = Number(bytes.readBigInt64LE(SIGINFO.size + 8));
  const at = seconds * 1000 + nanoseconds / 1e6;
  const status = bytes.readInt32LE(SIGINFO.status);
  if (kind === CLD.EXITED) return { code: status, signal: null, at };
  if (kind < TOLD) return { code: null, signal: status, at };
  return { ...waitStatus(kind === TOLD ? status : statusInStat(bytes.toString("latin1", STAT.offset))), at };
}

/** As wait(2) has it. */
function waitStatus(status: number | undefined): Pick<ExitRecord, "code" | "signal"> {
  if (status === undefined) return { code: null, signal: null };
  const signal = status & 0x7f;
  return signal === 0 ? { code: (status >> 8) & 0xff, signal: null } : { code: null, signal };
}

/** proc_pid_stat(5), fields 3 and 52, of one that has ended. */
function statusInStat(text: string): number | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const status = Number.parseInt(fields[49] ?? "", 10);
  return /^[ZX]$/.test(fields[0] ?? "") && Number.isInteger(status) ? status : undefined;
}
