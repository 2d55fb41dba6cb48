import {
  address,
  call,
  CLD,
  cloneArgs,
  ignoring,
  into,
  memory,
  pointer,
  PR,
  type Program,
  SIG,
  SIG_HOW,
  step,
  value,
} from "@wb/syscall";
import { signalSet } from "../signal-set.ts";
import { endedIn, waitChild } from "./wait-child.ts";

export interface ForkOptions {
  /** Signals that are for the child alone, and do not end the process that waits for it. */
  readonly blocked?: readonly number[];
  /** Stop when the child is stopped, and continue it when this process is continued: job control of a shell. */
  readonly stopWithChild?: boolean;
  /** What the process that waits does first. */
  readonly before?: Program;
}

/**
 * The Steps that go on in a child, fork(2), while this process waits for it and ends as it did: with its status, or killed
 * by the same signal. Until then it is a process of a few pages that ps(1) shows as `wb`.
 */
export function fork({ blocked = [], stopWithChild = false, before = [] }: ForkOptions): Program {
  return [
    step("block the signals that are for the command", [
      memory("signals", 8),
      call("rt_sigprocmask", SIG_HOW.BLOCK, signalSet(blocked), address("signals"), 8),
    ]),
    step("make the process that goes on", [
      into("child", call("clone3", pointer(cloneArgs, { exit_signal: SIG.CHLD }), cloneArgs.size)),
      { jump: "in the child", when: { value: "child", equals: 0 } },
      call("prctl", PR.SET_NAME, "wb"),
    ]),
    ...before,
    step("wait for it and end as it did", [
      ...waitChild("child", "ended", { stopped: stopWithChild }),
      { jump: "exited", when: { ...ENDED.code, equals: CLD.EXITED } },
      { jump: "stopped", when: { ...ENDED.code, equals: CLD.STOPPED } },
      into("self", call("getpid")),
      // SIGKILL refuses.
      ignoring(call("rt_sigaction", ENDED.status, Buffer.alloc(32), null, 8), "EINVAL"),
      call("rt_sigprocmask", SIG_HOW.SETMASK, Buffer.alloc(8), null, 8),
      call("kill", value("self"), ENDED.status),
      call("exit_group", 1),
      { label: "stopped" },
      into("self", call("getpid")),
      call("kill", value("self"), SIG.STOP),
      call("kill", value("child"), SIG.CONT),
      { jump: "wait" },
      { label: "exited" },
      call("exit_group", ENDED.status),
    ]),
    step("go on in the child", [
      { label: "in the child" },
      call("rt_sigprocmask", SIG_HOW.SETMASK, address("signals"), null, 8),
    ]),
  ];
}

const ENDED = endedIn("ended");
