import { address, call, ERRNO, ignoring, into, memory, O, PR, type Program, SIG, step, value } from "@wb/syscall";
import { expectSuccess, inChild } from "./child.ts";

/** A process that waits until this one has changed, and then does for it what only a process outside may do. */
export interface Helper {
  /** The Steps that make it. */
  readonly start: Program;
  /** The Steps that let it work, and wait for its end; they end this process if it failed. */
  readonly finish: Program;
}

/**
 * Plans a {@link Helper}: util-linux's tools fork such a process before unshare(2). It ends when this process does.
 *
 * @param name of its cells
 * @param work what it does
 */
export function helper(name: string, label: string, work: Program): Helper {
  const pipe = `${name}: pipe`;
  const [reader, writer] = [value(pipe, 0, INT), value(pipe, 4, INT)];
  const wait = step("wait until it may", [
    call("prctl", PR.SET_PDEATHSIG, SIG.KILL),
    call("close", writer),
    { label: "wait" },
    into("told", ignoring(call("read", reader, address("byte"), 1), "EINTR")),
    { jump: "wait", when: { value: "told", equals: -ERRNO.EINTR } },
    { jump: "told", when: { value: "told", equals: 1 } },
    // This process is gone.
    call("exit_group", 1),
    { label: "told" },
  ]);
  return {
    start: [
      step(`a pipe to the process to ${label}`, [memory(pipe, 8), call("pipe2", address(pipe), O.CLOEXEC)]),
      ...inChild(name, label, [wait, ...work]),
    ],
    finish: [
      step(`let the process ${label}`, [call("write", writer, "g", 1), call("close", writer), call("close", reader)]),
      expectSuccess(name, label),
    ],
  };
}

const INT = 0xffff_ffffn;
