import { findCommand, sync, untraced } from "@wb/ns";
import {
  address,
  call,
  type ErrnoName,
  ERRNO,
  ignoring,
  type Instruction,
  into,
  memory,
  POLL,
  type Program,
  SFD,
  SIG,
  step,
  type Value,
  value,
} from "@wb/syscall";
import type { CompleteSpec } from "../../oci/complete-spec.ts";
import { hasEarlyHooks } from "./early-hooks.ts";

/** The cell with the FIFO that a created container waits at. */
export const FIFO = "exec.fifo";

/**
 * The Steps of a container that is created and started by different commands: it lets hooks run while its root is still the
 * host's, looks for its program while somebody hears of it, tells that it is created, and waits.
 */
export function createdSteps(
  spec: CompleteSpec,
  env: Readonly<Record<string, string>>,
): { readonly mounted: Program; readonly created: Program } {
  return {
    mounted: hasEarlyHooks(spec.hooks) ? sync("mounted", { label: "wait while the hooks run" }) : [],
    created: [
      // Once more: it may be another user by now (fs.suid_dumpable), and waits as long as its caller likes.
      untraced,
      ...(spec.isIdle === true ? [] : [findCommand({ argv: spec.process.args, env })]),
      ...sync("created", { label: "wait until the container's state is written" }),
      step(
        "wait for the start",
        [
          ...(isFiltered(spec) ? [] : endBySignal),
          { label: "again" },
          into("started", ignoring(call("read", value(FIFO), address("byte"), 1), "EINTR")),
          { jump: "again", when: { value: "started", equals: -ERRNO.EINTR } },
        ],
        "read < exec.fifo",
      ),
      ...(spec.isIdle === true ? [nothing] : []),
    ],
  };
}

const nothing = step("end: the configuration has no process", [call("exit_group", 0)], "exit");

/** Whether a filter of system calls is on it already, which may know only those that its program needs. */
function isFiltered({ process: { noNewPrivileges = false }, linux: { seccomp } }: CompleteSpec): boolean {
  return seccomp !== undefined && !noNewPrivileges;
}

/** The one bit that says that there is something to read, in an event that is asked for and in one that has come: `struct pollfd`. */
const ASKED = BigInt(POLL.IN) << 32n;
const COME = BigInt(POLL.IN) << 48n;

/** SIGHUP, SIGINT and SIGTERM, as bits of a `sigset_t`. */
const ENDING = Buffer.from(
  BigUint64Array.of([SIG.HUP, SIG.INT, SIG.TERM].reduce((set, n) => set | (1n << BigInt(n - 1)), 0n)).buffer,
);

/** `struct signalfd_siginfo`, signalfd(2): the signal comes first. */
const SIGINFO_SIZE = 128;

/**
 * Ends the waiting process by the signals that end a waiting runc. It has blocked them, and as process 1 of its namespace it would
 * not get them either.
 */
const endBySignal: readonly Instruction[] = [
  memory("polled", 16),
  memory("signal", SIGINFO_SIZE),
  into("signals", ignoring(call("signalfd4", -1, ENDING, ENDING.length, SFD.CLOEXEC))),
  { jump: "again", when: { value: "signals", lessThan: 0 } },
  { label: "listen" },
  { assign: address("polled"), to: value(FIFO, 0, 0xffff_ffffn), plus: ASKED },
  { assign: address("polled", 8), to: value("signals", 0, 0xffff_ffffn), plus: ASKED },
  ignoring(call("ppoll", address("polled"), 2, null, null, 0), "EINTR"),
  { jump: "again", when: { value: "polled", mask: COME, equals: COME } },
  { jump: "signalled", when: { value: "polled", offset: 8, mask: COME, equals: COME } },
  { jump: "listen" },
  { label: "signalled" },
  call("read", value("signals"), address("signal"), SIGINFO_SIZE),
  { assign: address("status"), to: value("signal", 0, 0xffff_ffffn), plus: 128 },
  call("exit_group", value("status")),
];

/** What such a container does when its program cannot be executed after all: it says so in runc's words, and ends with its status. */
export function execFailed(file: string): (errno: Value) => Program {
  return ({ value: cell }) => [
    step("say why the command could not be executed", [
      ...Object.entries(REASONS).flatMap(([code, reason]): Instruction[] => [
        { jump: code, when: { value: cell, equals: -ERRNO[code as ErrnoName] } },
        { jump: `not ${code}` },
        { label: code },
        ...saying(`exec ${file}: ${reason}\n`),
        { label: `not ${code}` },
      ]),
      ...saying(`exec ${file}: it could not be executed\n`),
    ]),
  ];
}

function saying(text: string): Instruction[] {
  const bytes = Buffer.from(text);
  return [ignoring(call("write", 2, bytes, bytes.length)), call("exit_group", EXEC_FAILED)];
}

/** runc's. */
const EXEC_FAILED = 255;

const REASONS: Readonly<Partial<Record<ErrnoName, string>>> = {
  ENOEXEC: "exec format error",
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  E2BIG: "argument list too long",
  EPERM: "operation not permitted",
  ETXTBSY: "text file busy",
};
