import { address, call, CLOCK, ignoring, type Instruction, into, memory, O, value } from "@wb/syscall";
import { SEQUENCE_SIZE } from "../../engine/logs/sequence.ts";
import { HEADER_SIZE, OFFSET } from "./append-record.ts";

/** How much of a log is kept: docker's `max-size`, in bytes, and `max-file`. */
export interface LogLimits {
  readonly size: number;
  readonly files: number;
}

/**
 * Begins a new file when the log has reached its size: `log` becomes `log.1`, that `log.2`, and the last one goes. The new file is
 * there before the old one is closed, so that who follows the log misses nothing; where none can be made, the old one goes on.
 *
 * @param at tells the labels of two of them apart
 */
export function rotateLog({ size, files }: LogLimits, at: string): Instruction[] {
  const directory = value("log directory");
  const rename = (from: string, to: string) => ignoring(call("renameat", directory, from, directory, to));
  const numbered = Array.from({ length: files - 1 }, (_, n) => (n === 0 ? "log" : `log.${n}`));
  return [
    { jump: `rotated ${at}`, when: { value: OFFSET, lessThan: size } },
    into("new log", ignoring(call("openat", directory, "log.new", O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, 0o600))),
    { jump: `rotated ${at}`, when: { value: "new log", lessThan: 0 } },
    ...numberFile(at),
    ...numbered.map((name, n) => rename(name, `log.${n + 1}`)).toReversed(),
    rename("log.new", "log"),
    ignoring(call("dup3", value("new log"), value("log"), O.CLOEXEC)),
    ignoring(call("close", value("new log"))),
    { assign: address(OFFSET), to: SEQUENCE_SIZE },
    { label: `rotated ${at}` },
  ];
}

/** The cell with how many files of the log there were before the one that is written. */
export const SEQUENCE = "log sequence";

/** The new file's first record is how many there were before it: by that a reader counts those that it has not seen. */
function numberFile(at: string): Instruction[] {
  const [record, sequence] = ["sequence record", address("sequence record", HEADER_SIZE)];
  return [
    memory(record, SEQUENCE_SIZE),
    call("clock_gettime", CLOCK.REALTIME, address(record)),
    // Of stream 0.
    { assign: address(record, 16), to: SEQUENCE_SIZE - HEADER_SIZE },
    { assign: sequence, to: value(SEQUENCE), plus: 1 },
    into("written", ignoring(call("pwrite64", value("new log"), address(record), SEQUENCE_SIZE, 0))),
    { jump: `numbered ${at}`, when: { value: "written", equals: SEQUENCE_SIZE } },
    ignoring(call("close", value("new log"))),
    { jump: `rotated ${at}` },
    { label: `numbered ${at}` },
    { assign: address(SEQUENCE), to: value(record, HEADER_SIZE) },
  ];
}
