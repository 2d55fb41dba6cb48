import { readSync, writeSync } from "node:fs";
import { address, call, closeFd, ignoring, into, isErrno, memory, MFD, O, run, step, value } from "@wb/syscall";

/** What this process shares with the two stages of one that it makes. */
export interface Handover {
  /** The cells of {@link GO} and, where it is `staged`, {@link SUCCESSOR_PID}: file descriptors that the new process inherits. */
  readonly cells: (stages: Stages) => Readonly<Record<string, number>>;
  /** Lets the stage that waits go on. */
  readonly release: () => void;
  /** The second stage's process id, from the moment that there is one: it stays valid until that has been waited for. */
  readonly successor: () => number | undefined;
  /** Tells a supervisor which process it has, and which one it made. */
  readonly supervise: (pid: number, first: number) => void;
  /** Has a supervisor that was told of none end with its children. */
  readonly abandon: () => void;
  readonly close: () => void;
}

export interface Stages {
  /** Another process goes on with the Program. */
  readonly staged: boolean;
  readonly supervised: boolean;
}

/** The cell with the reading end of the pipe through which the parent tells a waiting Program to go on. */
export const GO = "go";

/** The cell with the file whose first word the kernel sets to the second stage's process id. */
export const SUCCESSOR_PID = "successor pid";

/** The cell with the reading end of the pipe through which a supervisor is told of its process. */
export const SUPERVISED = "supervised pid";

/**
 * A pipe, and a file in memory that the first stage maps. The kernel writes the process id there before the second stage
 * runs (CLONE_PARENT_SETTID), so that it is known whichever stage is killed, and when: a message of the first stage might
 * never come, and the second does not know what this process calls it.
 */
export function openHandover(): Handover {
  const made = run(
    [
      step("a pipe, and a file in memory", [
        memory("pipe", Buffer.alloc(8, 0xff)),
        memory("supervision", Buffer.alloc(8, 0xff)),
        call("pipe2", address("pipe"), O.CLOEXEC),
        call("pipe2", address("supervision"), O.CLOEXEC),
        into("file", call("memfd_create", "wb", MFD.CLOEXEC)),
        call("write", value("file"), Buffer.alloc(WORD), WORD),
        { jump: "made" },
        { label: "failed" },
        ...[value("file"), ...ENDS].map((fd) => ignoring(call("close", fd))),
        { label: "made" },
      ]),
    ],
    { onError: "failed" },
  );
  const pipe = made.bytes("pipe", 8);
  const supervision = made.bytes("supervision", 8);
  const [reader, writer, file] = [pipe.readInt32LE(0), pipe.readInt32LE(4), made.number("file")];
  const [told, teller] = [supervision.readInt32LE(0), supervision.readInt32LE(4)];
  let isAbandoned = false;
  return {
    cells: (stages) => ({
      [GO]: reader,
      ...(stages.staged || stages.supervised ? { [SUCCESSOR_PID]: file } : {}),
      ...(stages.supervised ? { [SUPERVISED]: told } : {}),
    }),
    release: () => {
      try {
        writeSync(writer, "g");
      } catch (error) {
        // It was killed while it waited, which its report tells.
        if (!isErrno(error, "EPIPE")) throw error;
      }
    },
    successor: () => {
      const word = Buffer.alloc(WORD);
      readSync(file, word, 0, WORD, 0);
      return word.readInt32LE(0) || undefined;
    },
    supervise: (...pids) => writeSync(teller, Buffer.from(BigInt64Array.from(pids, BigInt).buffer)),
    abandon: () => {
      if (isAbandoned) return;
      isAbandoned = true;
      closeFd(teller);
    },
    close: () => {
      for (const fd of [reader, writer, file, told, ...(isAbandoned ? [] : [teller])]) closeFd(fd);
    },
  };
}

/** A `pid_t`. */
const WORD = 4;
const ENDS = ["pipe", "supervision"].flatMap((cell) => [0, 4].map((offset) => value(cell, offset, 0xffff_ffffn)));
