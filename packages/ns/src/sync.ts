import {
  address,
  call,
  ERRNO,
  ignoring,
  into,
  type MessageName,
  type Program,
  type Step,
  step,
  tell,
  value,
} from "@wb/syscall";
import { GO } from "./handover.ts";

export interface SyncOptions {
  /** What the process waits for. */
  readonly label?: string;
  /** The cell whose content is the message's value. */
  readonly cell?: string;
}

/**
 * The Steps that tell the parent something, and wait until it has done what is to be done then: {@link CreateOptions.on}. The
 * process ends when the parent is gone or has given up.
 */
export function sync(
  message: MessageName,
  { label = `wait for the parent: ${message}`, cell }: SyncOptions = {},
): Program {
  return [tell(message, cell), awaitParent(label)];
}

/**
 * The Step that waits until the parent has done what is to be done after a message, which a `tell` sent before: what is between the two is done
 * meanwhile. Nothing else may wait for the parent there.
 */
export function awaitParent(label: string): Step {
  return step(label, [
    { label: "again" },
    into("told", ignoring(call("read", value(GO), address("byte"), 1), "EINTR")),
    { jump: "again", when: { value: "told", equals: -ERRNO.EINTR } },
    { jump: "told", when: { value: "told", equals: 1 } },
    call("exit_group", 127),
    { label: "told" },
  ]);
}
