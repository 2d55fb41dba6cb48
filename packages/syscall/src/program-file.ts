import { setInputs } from "./cells.ts";
import { FAILED } from "./complaint.ts";
import { imageInstructions } from "./image-file.ts";
import { image } from "./image.ts";
import { pack } from "./pack.ts";
import { call, type Integer, type Program, step } from "./program.ts";
import { run } from "./run.ts";

export interface ProgramFileOptions {
  /** Values of cells before the first call. */
  readonly inputs?: Readonly<Record<string, Integer>>;
}

/**
 * Puts a Program into a sealed memfd, which execveat(2) executes: with memory of its own that has nothing but this Program.
 *
 * A call that fails ends it with 127, and nobody is told: what has somebody to tell is {@link spawn}'s.
 *
 * @returns a file descriptor, close-on-exec, which the caller closes
 * @throws SyscallError
 */
export function programFile(program: Program, { inputs = {} }: ProgramFileOptions = {}): number {
  const failed = step("after a failed call", [{ label: FAILED }, call("exit_group", 127)]);
  const packed = pack([...program, failed], { onError: FAILED });
  setInputs(packed.cells, packed.bytes, inputs);
  return run([step("put the Program into a sealed memfd", imageInstructions(image(packed)))]).number("image");
}
