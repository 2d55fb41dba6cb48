import { address, call, memory, step } from "./program.ts";
import { run } from "./run.ts";
import { O } from "./uapi/fcntl.ts";

/**
 * pipe2(2): the reading and the writing end, both closed by exec. The caller closes them.
 *
 * @param flags more of pipe2's: `O.NONBLOCK`
 * @throws SyscallError EMFILE, ENFILE
 */
export function makePipe(flags = 0): [reader: number, writer: number] {
  const made = run([step("a pipe", [memory("pipe", 8), call("pipe2", address("pipe"), O.CLOEXEC | flags)])]);
  const ends = made.bytes("pipe", 8);
  return [ends.readInt32LE(0), ends.readInt32LE(4)];
}
