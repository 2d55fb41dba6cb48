import { address, call, ignoring, into, memory, type Step, step, value } from "./program.ts";

/**
 * What a new process tells the one that made it, through a pipe: records of two 64-bit words. `{ offset, -errno }` is a
 * failed call; a negative first word is a message, whose second word is a value. End of file after {@link READY} means
 * that the command is running: the pipe was closed by its execve(2), since it is close-on-exec.
 */
export const RECORD_SIZE = 16;

/** The cell that holds the pipe's file descriptor in the new process. */
export const REPORT = "report";

/** The messages that have a meaning everywhere. */
export const MESSAGE = {
  /** The next call is the command's execve. */
  ready: -1,
  /** Another process goes on with the Program, which the one that was started has made; its parent has to know its pid. */
  successor: -2,
  /** The process waits for its parent. */
  waiting: -3,
  /** A container's mounts are made, and its root is still the one that it had: the moment of the hooks before `created`. */
  mounted: -4,
  /** The set-up is done, and the process waits until it is told to go on to its command. */
  created: -5,
  /** The process has a seccomp listener, whose number is the value. */
  listener: -6,
  /** The process has a supervisor, which stays: the parent has to know the pid. */
  supervised: -7,
} as const;

export type MessageName = keyof typeof MESSAGE;

/** A Step that sends a message whose value is the content of a cell, or 0. */
export function tell(message: MessageName, cell?: string): Step {
  const record = Buffer.alloc(RECORD_SIZE);
  record.writeBigInt64LE(BigInt(MESSAGE[message]), 0);
  const write = call("write", value(REPORT), cell === undefined ? record : address(`message ${message}`), RECORD_SIZE);
  if (cell === undefined) return step(`tell the parent: ${message}`, [write]);
  return step(`tell the parent: ${message}`, [
    memory(`message ${message}`, record),
    { assign: address(`message ${message}`, 8), to: value(cell) },
    write,
  ]);
}

/**
 * The Step that ends a Program whose call failed: `label` is where the table goes on then.
 *
 * @param unheard what it says on stderr where the parent does not hear of it any more (EPIPE)
 */
export function tellFailure(label: string, unheard?: string): Step {
  const telling = ignoring(call("write", value(REPORT), address("failure"), RECORD_SIZE));
  const bytes = Buffer.from(unheard ?? "");
  return step("after a failed call", [
    { label },
    ...(unheard === undefined
      ? [telling]
      : [
          into("heard", telling),
          { jump: "heard", when: { value: "heard", equals: RECORD_SIZE } },
          ignoring(call("write", 2, bytes, bytes.length)),
          { label: "heard" },
        ]),
    call("exit_group", 127),
  ]);
}
