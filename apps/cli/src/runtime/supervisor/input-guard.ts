import {
  address,
  call,
  ERRNO,
  ignoring,
  type Instruction,
  into,
  memory,
  POLL,
  PR,
  type Program,
  step,
  value,
} from "@wb/syscall";
import { spawnDetached } from "./spawn-detached.ts";

/** What keeps a container's input open. */
export interface Guarded {
  /** Of the container's first process. */
  readonly pidfd: number;
  /** The master of its terminal, or the writing end of its stdin. */
  readonly fd: number;
  /** Whether what comes out of it is read and thrown away: nobody else reads it any more. Default false. */
  readonly drain?: boolean;
}

/**
 * Makes a process of a few pages that has a container's input open until that has ended: without it, the death of its supervisor would
 * hang up its terminal, or end its stdin.
 *
 * @returns its pid
 * @throws SyscallError
 */
export function guardInput({ pidfd, fd, drain = false }: Guarded): number {
  return spawnDetached(guardProgram(drain), {
    name: "wb-guard",
    inputs: { pidfd, held: fd },
    inherit: [pidfd, fd],
  });
}

/** All its signals are blocked from the beginning. */
function guardProgram(drain: boolean): Program {
  return [
    step("let others of the user take a copy", [
      // Whoever is the same user may take a copy of what it holds, pidfd_getfd(2), also where Yama is strict. EINVAL: there is no Yama.
      ignoring(call("prctl", PR.SET_PTRACER, ANY_PROCESS, 0, 0, 0)),
    ]),
    step("wait until the container has ended", [
      memory("poll", 16),
      { assign: address("poll"), to: value("pidfd", 0, FD), plus: ASKED },
      { assign: address("poll", 8), to: value("held", 0, FD), plus: ASKED },
      { label: "wait" },
      ignoring(call("ppoll", address("poll"), drain ? 2 : 1, null, null, 0), "EINTR"),
      ...(drain ? drained() : []),
      call("exit_group", 0),
    ]),
  ];
}

function drained(): Instruction[] {
  return [
    memory("drained", DRAINED),
    { jump: "read", when: { ...value("poll", 0, CAME), equals: 0 } },
    call("exit_group", 0),
    { label: "read" },
    into("read", ignoring(call("read", value("held"), address("drained"), DRAINED))),
    { jump: "wait", when: { value: "read", equals: -ERRNO.EAGAIN } },
    // EIO is what a terminal says that nobody has any more.
    { jump: "gone", when: { value: "read", lessThan: 1 } },
    { jump: "wait" },
    { label: "gone" },
  ];
}

/** PR_SET_PTRACER_ANY, PR_SET_PTRACER(2const). */
const ANY_PROCESS = 0xffff_ffff_ffff_ffffn;

/** Bytes at a time. */
const DRAINED = 4096;

/** In a `struct pollfd`: the file descriptor, the events that are asked for, and those that came. */
const FD = 0xffff_ffffn;
const ASKED = BigInt(POLL.IN) << 32n;
const CAME = 0xffff_0000_0000_0000n;
