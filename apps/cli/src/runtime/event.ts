import { writeSync } from "node:fs";
import { call, EFD, into, run, step } from "@wb/syscall";

/** eventfd(2): it can be read once it has been signalled. The caller closes it. */
export function openEvent(): number {
  const made = run([step("an event to wait for", [into("event", call("eventfd2", 0, EFD.CLOEXEC | EFD.NONBLOCK))])]);
  return made.number("event");
}

export function signalEvent(event: number): void {
  writeSync(event, ONE);
}

const ONE = Buffer.from(BigUint64Array.of(1n).buffer);
