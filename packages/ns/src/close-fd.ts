import { call, run, step } from "@wb/syscall";

/** Closes a file descriptor that a Program opened; Node's own close warns in a Worker about what its `open` did not open. */
export function closeFd(fd: number): void {
  run([step("close a file descriptor", [call("close", fd)])]);
}
