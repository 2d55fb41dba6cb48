import { closeSync } from "node:fs";
import { isMainThread } from "./main-thread.ts";
import { call, step } from "./program.ts";
import { run } from "./run.ts";

/** Closes a file descriptor that a Program opened. In a Worker, Node warns about those that its own `open` did not open. */
export function closeFd(fd: number): void {
  if (isMainThread()) closeSync(fd);
  else run([step("close a file descriptor", [call("close", fd)])]);
}
