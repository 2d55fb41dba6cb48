import { address, call, ERRNO, ignoring, type Instruction, into, memory, P, value, type Value, W } from "@wb/syscall";

/** How a child ended: the cells that {@link waitChild} fills, of `siginfo_t`, sigaction(2). */
export interface Ended {
  /** CLD_EXITED, CLD_KILLED, CLD_DUMPED or CLD_STOPPED: what a jump asks. */
  readonly code: Value;
  /** The exit status, or the signal. */
  readonly status: Value;
}

/**
 * The instructions that wait for a child, waitid(2), by the cell with its number.
 *
 * @param name of the cell for what the kernel tells; the label `wait` leads here again
 */
export function waitChild(
  child: string,
  name: string,
  { stopped = false }: { /** Also until it is stopped. Default false. */ readonly stopped?: boolean } = {},
): Instruction[] {
  const options = W.EXITED | (stopped ? W.STOPPED : 0);
  return [
    memory(name, SIGINFO_SIZE),
    { label: "wait" },
    into("waited", ignoring(call("waitid", P.PID, value(child), address(name), options, null), "EINTR")),
    { jump: "wait", when: { value: "waited", equals: -ERRNO.EINTR } },
  ];
}

/** Where {@link waitChild} puts how the child ended. */
export function endedIn(name: string): Ended {
  return { code: value(name, 8, INT), status: value(name, 24, INT) };
}

const SIGINFO_SIZE = 128;
const INT = 0xffff_ffffn;
