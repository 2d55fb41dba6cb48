import { call, CLD, cloneArgs, into, pointer, type Program, SIG, type Step, step } from "@wb/syscall";
import { endedIn, waitChild } from "./wait-child.ts";

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
  const { code, status } = endedIn(`${name}: ended`);
  return step(`wait for the process to ${label}`, [
    ...waitChild(name, `${name}: ended`),
    { jump: "exited", when: { ...code, equals: CLD.EXITED } },
    call("exit_group", 1),
    { label: "exited" },
    { jump: "done", when: { ...status, equals: 0 } },
    call("exit_group", status),
    { label: "done" },
  ]);
}
