import {
  address,
  call,
  CLD,
  cloneArgs,
  ignoring,
  into,
  memory,
  P,
  pointer,
  type Program,
  SIG,
  type Step,
  step,
  value,
  W,
} from "@wb/syscall";

/**
 * The Steps that do something in a child process, whose number goes to the cell `name`; this one goes on at once.
 *
 * @param work what it does; after its last Step the child ends with status 0
 */
export function inChild(name: string, label: string, work: Program): Program {
  const [child, parent] = [`${name}: child`, `${name}: parent`];
  return [
    step(`make a process to ${label}`, [
      into(name, call("clone3", pointer(cloneArgs, { exit_signal: SIG.CHLD }), cloneArgs.size)),
      { jump: child, when: { value: name, equals: 0 } },
      { jump: parent },
      { label: child },
    ]),
    ...work,
    step("end the process", [call("exit_group", 0), { label: parent }]),
  ];
}

/** The Step that waits for a child by the cell of its number, and ends this process with its status where that is not 0. */
export function expectSuccess(name: string, label: string): Step {
  const ended = `${name}: ended`;
  return step(`wait for the process to ${label}`, [
    memory(ended, 128),
    { label: "wait" },
    into("waited", ignoring(call("waitid", P.PID, value(name), address(ended), W.EXITED, null), "EINTR")),
    { jump: "wait", when: { value: "waited", equals: -4 } },
    { jump: "exited", when: { value: ended, offset: 8, mask: INT, equals: CLD.EXITED } },
    call("exit_group", 1),
    { label: "exited" },
    { jump: "done", when: { value: ended, offset: 24, mask: INT, equals: 0 } },
    call("exit_group", value(ended, 24, INT)),
    { label: "done" },
  ]);
}

const INT = 0xffff_ffffn;
