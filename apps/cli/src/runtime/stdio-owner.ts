import { readlinkSync } from "node:fs";
import { STDIO } from "@wb/ns";
import { call, type Program, step, value } from "@wb/syscall";

/**
 * The Steps that give a user the pipes of its stdio, so that it can open /dev/stdout: a pipe belongs to who made it. Only
 * pipes without a name: a terminal, a file or the host's /dev/null is not the container's to have.
 */
export function stdioOwner(uid: number): Program {
  // They are root's.
  if (uid === 0) return [];
  const pipes = STDIO.filter((_, fd) => isAnonymousPipe(fd));
  if (pipes.length === 0) return [];
  return [
    step(
      "give the user the pipes of its stdio",
      pipes.map((cell) => call("fchown", value(cell), uid, -1)),
    ),
  ];
}

function isAnonymousPipe(fd: number): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith("pipe:");
  } catch {
    // Closed.
    return false;
  }
}
