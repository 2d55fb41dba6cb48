import { interpret } from "./machine.ts";
import {
  address,
  call,
  ignoring,
  type Instruction,
  into,
  memory,
  pointer,
  type Program,
  step,
  value,
} from "./program.ts";
import { finish, prepare, type Results, type RunOptions } from "./run.ts";
import { cloneArgs } from "./structs/clone-args.ts";
import { PR } from "./uapi/prctl.ts";
import { CLONE } from "./uapi/sched.ts";
import { SIG, SIG_HOW } from "./uapi/signal.ts";
import { __W, P, W } from "./uapi/wait.ts";

/**
 * Makes the calls of a Program now, as {@link run} does, but in a short-lived child that shares this process's memory and
 * file descriptors, vfork(2): what the calls change of the process itself (its namespaces, ids, root, working directory)
 * ends with the child, and what they open stays open here. No thread of Node's moves. The calling thread waits meanwhile,
 * and the child ends with it. Takes about 0.1 ms more than {@link run}.
 *
 * The memory is one: whoever may trace the child may read and write all that Node has. A Program that enters a user
 * namespace begins with `prctl(PR_SET_DUMPABLE, 0)` (CVE-2016-9962); afterwards this process is dumpable as it was before.
 *
 * @throws SyscallError naming the first call that failed; Error when the child was killed
 * @example
 * // A socket of another network namespace.
 * const made = runInChild([
 *   step("enter the network namespace", [call("setns", fd, CLONE.NEWNET)]),
 *   step("open a socket", [into("socket", call("socket", AF.NETLINK, SOCK.RAW | SOCK.CLOEXEC, 0))]),
 * ]);
 */
export function runInChild(program: Program, options: RunOptions = {}): Results {
  const loaded = prepare(
    [
      step("block signals", [
        memory(SIGNALS, 8),
        call("rt_sigprocmask", SIG_HOW.SETMASK, ALL_SIGNALS, address(SIGNALS), 8),
      ]),
      step("make a child on the same memory", [
        into(DUMPABLE, call("prctl", PR.GET_DUMPABLE)),
        // Without an exit signal: Node need not know of it, and only __WALL finds it.
        into(CHILD, call("clone3", pointer(cloneArgs, { flags: FLAGS }), cloneArgs.size)),
        { jump: IN_CHILD, when: { value: CHILD, equals: 0 } },
        call("waitid", P.PID, value(CHILD), null, W.EXITED | __W.ALL, null),
        ...restore,
        { jump: END },
        { label: IN_CHILD },
        call("prctl", PR.SET_PDEATHSIG, SIG.KILL),
      ]),
      ...program,
      step("end the child", [
        { assign: address(DONE), to: 1 },
        call("exit_group", 0),
        { label: FAILED },
        { jump: DEAD, when: { value: CHILD, equals: 0 } },
        ...restore,
        { jump: END },
        { label: DEAD },
        ...(options.onError === undefined ? [call("exit_group", 127)] : [{ jump: options.onError }]),
        { label: END },
      ]),
    ],
    { ...options, onError: FAILED },
  );
  const results = finish(loaded, interpret(loaded));
  if (results.number(DONE) !== 1)
    throw new Error(`process ${results.number(CHILD)} was killed while it made the calls of a Program`);
  return results;
}

const FLAGS = CLONE.VM | CLONE.VFORK | CLONE.FILES;
const ALL_SIGNALS = Buffer.alloc(8, 0xff);

/** Cells and labels that no Program of a caller has. */
const [CHILD, SIGNALS, DUMPABLE, DONE] = [
  "runInChild child",
  "runInChild signals",
  "runInChild dumpable",
  "runInChild done",
];
const [IN_CHILD, FAILED, DEAD, END] = [
  "runInChild in the child",
  "runInChild failed",
  "runInChild dead",
  "runInChild end",
];

/** The child's credentials change the memory's dumpable flag, prctl(2). EINVAL: it was 2, which cannot be asked for. */
const restore: readonly Instruction[] = [
  ignoring(call("prctl", PR.SET_DUMPABLE, value(DUMPABLE)), "EINVAL"),
  ignoring(call("rt_sigprocmask", SIG_HOW.SETMASK, address(SIGNALS), null, 8)),
];
