import { address, call, memory, run, step } from "@wb/syscall";

/** A new container's id, as docker's: 64 random hexadecimal digits. getrandom(2), since node:crypto takes 5 ms to load. */
export function newContainerId(): string {
  const made = run([step("choose an id", [memory("id", 32), call("getrandom", address("id"), 32, 0)])]);
  return made.bytes("id", 32).toString("hex");
}
