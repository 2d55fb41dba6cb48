import { address, call, CLOCK, ignoring, type Instruction, into, memory, value } from "@wb/syscall";

/** Bytes before the data of a record: seconds and nanoseconds (s64), the length of the data and the stream (u32). */
export const HEADER_SIZE = 24;

/** The most that is read at once, in bytes: half of what a pipe holds, since it stays resident. */
const BUFFER_SIZE = 32_768;

/** The cell with the end of the last whole record. */
export const OFFSET = "offset";

/** Reads from a cell's file descriptor what becomes the data of a record; the cell `length` has how much that was, or -errno. */
export function readData(fd: string): Instruction[] {
  return [
    memory("record", HEADER_SIZE + BUFFER_SIZE),
    into("length", ignoring(call("read", value(fd), address("record", HEADER_SIZE), BUFFER_SIZE))),
  ];
}

/**
 * Appends what {@link readData} has read to the log, as one record. One that could not be written to its end, on a full disk, is lost and taken away again.
 *
 * @param stream 1 for stdout, 2 for stderr
 */
export function appendRecord(stream: number): Instruction[] {
  return [
    call("clock_gettime", CLOCK.REALTIME, address("record")),
    { assign: address("record", 16), to: value("length"), plus: BigInt(stream) << 32n },
    { assign: address("whole"), to: value("length"), plus: HEADER_SIZE },
    into("written", ignoring(call("pwrite64", value("log"), address("record"), value("whole"), value(OFFSET)))),
    { jump: `whole ${stream}`, when: { value: "written", equals: value("whole") } },
    // No part of it stays behind a shorter one.
    ignoring(call("ftruncate", value("log"), value(OFFSET))),
    { jump: `appended ${stream}` },
    { label: `whole ${stream}` },
    { assign: address(OFFSET), to: value(OFFSET), plus: value("whole") },
    { label: `appended ${stream}` },
  ];
}
