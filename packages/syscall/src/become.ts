import { setInputs } from "./cells.ts";
import { type Complaint, complaintStep, FAILED } from "./complaint.ts";
import { imageInstructions } from "./image-file.ts";
import { image } from "./image.ts";
import { pack } from "./pack.ts";
import { call, type Integer, type Program, step, value } from "./program.ts";
import { describeFd, run } from "./run.ts";
import { CLOSE_RANGE } from "./uapi/close-range.ts";
import { AT, F } from "./uapi/fcntl.ts";

export interface BecomeOptions {
  /** What ps(1) shows until the command runs, and of a process of the Program that runs none. */
  readonly argv: readonly [string, ...string[]];
  /** Values of cells before the first call. */
  readonly inputs?: Readonly<Record<string, Integer>>;
  /** File descriptors of this process that the Program uses, by the same numbers; all others above stderr are closed. */
  readonly inherit?: readonly number[];
  /** What the process says and ends with when a call fails: nobody else is there to say it. */
  readonly complaint: Complaint;
}

/**
 * Becomes a Program: execve(2) in this process, which keeps its pid, its parent and its terminal. Does not return.
 *
 * Node is gone and the process has one thread, so everything works that needs that: unshare(2) of a user namespace,
 * setns(2) to a user or mount namespace, fork(2). What this process had in hand is lost: call it when nothing else is
 * going on. A Program that ends in execve must give signals their default actions again, which Node has ignored.
 *
 * Equivalent to `exec PROGRAM` of a shell.
 *
 * @throws SyscallError when the Program could not be put in this process's place; what fails in it, the process itself
 * says on stderr
 * @example
 * become([step("end", [call("exit_group", 7)])], { argv: ["seven"], complaint: { prefix: "seven: ", status: 1 } });
 */
export function become(program: Program, options: BecomeOptions): never {
  const { argv, inputs = {}, inherit = [], complaint } = options;
  const complete = [...program, complaintStep(program, complaint, { inputs, describeFd })];
  const packed = pack(complete, { onError: FAILED });
  setInputs(packed.cells, packed.bytes, inputs);
  run([
    step("put the Program into a sealed memfd", imageInstructions(image(packed))),
    step("exchange this process's memory for the Program", [
      call("close_range", 3, LAST_FD, CLOSE_RANGE.CLOEXEC),
      ...[0, 1, 2, ...inherit].map((fd) => call("fcntl", fd, F.SETFD, 0)),
      call("execveat", value("image"), "", argv, [], AT.EMPTY_PATH),
    ]),
  ]);
  throw new Error("execveat(2) returned");
}

const LAST_FD = 0xffff_ffff;
