import {
  address,
  AT,
  call,
  CLONE,
  cloneArgs,
  ERRNO,
  F,
  FD,
  ignoring,
  type Integer,
  into,
  MAP,
  memory,
  P,
  pointer,
  type Program,
  PROT,
  SIG,
  step,
  value,
  W,
} from "@wb/syscall";
import { closeOthers } from "./close-others.ts";
import { SUCCESSOR_PID } from "./handover.ts";
import { sync } from "./sync.ts";

/**
 * A process that stays between the caller and the new one, whose parent it is: it outlives the caller, and has the new one's exit
 * status when that has ended, wait(2).
 */
export interface Supervisor {
  /** What ps(1) shows. Default `wb-supervisor`. */
  readonly name?: string;
  /** Its Steps before the process is made: setsid(2), for example. */
  readonly before?: Program;
  /**
   * Its Steps once the process waits at `created`; the cell {@link SUPERVISED_PIDFD} refers to that one. They end in exit_group(2) or
   * execve(2). Nobody hears of a call that fails.
   */
  readonly program: Program;
  /** Values of cells that its Steps use. */
  readonly inputs?: Readonly<Record<string, Integer>>;
  /** File descriptors of this process that its Steps use, by the same numbers; the new process does not get them. */
  readonly inherit?: readonly number[];
}

/** The cell with the pidfd of the process that a supervisor is the parent of. */
export const SUPERVISED_PIDFD = "supervised";

/** The cell with the file that {@link supervisorProgram} is in. */
export const SUPERVISOR = "supervisor";

export interface SupervisedOptions {
  /** Flags of clone3(2) for the process. */
  readonly flags: number;
  /** The v2 cgroup that it begins in. */
  readonly cgroup: number | undefined;
  /** File descriptors that it needs. */
  readonly inherit: readonly number[];
}

/**
 * The Steps that make a process and become its supervisor: behind them the Program goes on in the process, as soon as the caller knows
 * it. The supervisor has memory of its own, for it stays, and the Program of a container may be large.
 */
export function supervised(
  { before = [], name = "wb-supervisor" }: Supervisor,
  { flags, cgroup, inherit }: SupervisedOptions,
): Program {
  const shared = call("mmap", null, 8, PROT.READ | PROT.WRITE, MAP.SHARED, value(SUCCESSOR_PID), 0);
  const made = pointer(cloneArgs, {
    // Beyond 32 bits, as far as numbers have bits.
    flags: BigInt(CLONE.PARENT_SETTID | flags) | (cgroup === undefined ? 0n : BigInt(CLONE.INTO_CGROUP)),
    parent_tid: value("shared"),
    exit_signal: SIG.CHLD,
    ...(cgroup === undefined ? {} : { cgroup }),
  });
  return [
    ...before,
    step("make the process that is supervised", [
      into("shared", shared),
      into("first", call("clone3", made, cloneArgs.size)),
      { jump: "supervised process", when: { value: "first", equals: 0 } },
    ]),
    step("become its supervisor", [
      call("fcntl", value(SUPERVISOR), F.SETFD, FD.CLOEXEC),
      call("execveat", value(SUPERVISOR), "", [name], [], AT.EMPTY_PATH),
    ]),
    step("go on in the process that is supervised", [{ label: "supervised process" }]),
    closeOthers(inherit),
    ...sync("supervised", { label: "wait until the parent knows this process" }),
  ];
}

/**
 * What a supervisor does. From a pipe it learns which process it has at last, for that one may hand over to another; should the caller
 * end before, both end.
 *
 * @param told the number of that pipe
 * @param staged whether there is a stage that makes another one which goes on
 */
export function supervisorProgram(
  { program, inherit = [] }: Supervisor,
  { told, staged }: { readonly told: number; readonly staged: boolean },
): Program {
  return [
    closeOthers([...inherit, told]),
    step("wait until the process is handed over", [
      memory("handed over", 16),
      { label: "again" },
      into("read", ignoring(call("read", told, address("handed over"), 16), "EINTR")),
      { jump: "again", when: { value: "read", equals: -ERRNO.EINTR } },
      { jump: "known", when: { value: "read", equals: 16 } },
      // Not left to whoever adopts orphans.
      { label: "next" },
      into("waited", ignoring(call("waitid", P.ALL, 0, null, W.EXITED, null))),
      { jump: "next", when: { value: "waited", equals: 0 } },
      call("exit_group", 0),
      { label: "known" },
      call("close", told),
      into(SUPERVISED_PIDFD, call("pidfd_open", value("handed over"), 0)),
      // It has made its successor, and ends.
      ...(staged ? [ignoring(call("waitid", P.PID, value("handed over", 8), null, W.EXITED, null))] : []),
    ]),
    ...program,
  ];
}
