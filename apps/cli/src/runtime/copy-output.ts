import type { Readable } from "node:stream";
import { isTerminal } from "./caller-terminal.ts";

/**
 * What the command gets for one of wb's output streams: a pipe where that is a terminal, the stream itself otherwise.
 * A terminal is open for reading, too: from it the command could read what the person types to others.
 */
export function outputFor(fd: 1 | 2): "pipe" | "inherit" {
  return isTerminal(fd) ? "pipe" : "inherit";
}

/**
 * Copies what comes out of such a pipe, until its last writer is gone. wb's own stream is touched only then: Node makes a
 * pipe non-blocking as soon as it is looked at, and the command may have the same.
 */
export async function copyOutput(from: Readable | null, name: "stdout" | "stderr"): Promise<void> {
  if (from === null) return;
  const to = process[name];
  for await (const chunk of from) {
    if (!to.write(chunk)) await new Promise((resolve) => to.once("drain", resolve));
  }
}
