import { call, IOPRIO_CLASS, IOPRIO_WHO, type Step, step } from "@wb/syscall";
import { numberOf, within } from "./one-of.ts";

/** The OCI runtime-spec's `process.ioPriority`. */
export interface IoPriority {
  /** `IOPRIO_CLASS_RT`, which needs CAP_SYS_NICE, `IOPRIO_CLASS_BE` or `IOPRIO_CLASS_IDLE`. */
  readonly class: string;
  /** 0, the highest, to 7. */
  readonly priority: number;
}

/** The Step that sets the priority of the process's reads and writes, ioprio_set(2). Equivalent to `ionice -c CLASS -n PRIORITY -p $$`. */
export function ioPriorityStep(wanted: IoPriority): Step {
  const number = numberOf("process.ioPriority.class", wanted.class, CLASSES);
  const priority = within("process.ioPriority.priority", wanted.priority, [0, 7]);
  return step(
    `have the I/O priority ${wanted.class} ${priority}`,
    [call("ioprio_set", IOPRIO_WHO.PROCESS, 0, (number << IOPRIO_CLASS_SHIFT) | priority)],
    `ionice -c ${number} -n ${priority} -p $$`,
  );
}

const IOPRIO_CLASS_SHIFT = 13;

const CLASSES: Readonly<Record<string, number>> = {
  IOPRIO_CLASS_RT: IOPRIO_CLASS.RT,
  IOPRIO_CLASS_BE: IOPRIO_CLASS.BE,
  IOPRIO_CLASS_IDLE: IOPRIO_CLASS.IDLE,
};
