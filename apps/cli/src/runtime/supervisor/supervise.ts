import { SUPERVISED_PIDFD, type Supervisor } from "@wb/ns";
import {
  address,
  call,
  ERRNO,
  ignoring,
  type Instruction,
  memory,
  POLL,
  type Program,
  step,
  type Value,
  value,
} from "@wb/syscall";
import { appendRecord, OFFSET, readData } from "./append-record.ts";
import { becomeCommand, type Command } from "./become-command.ts";
import { writeExitRecord } from "./exit-record.ts";
import { leaveGroups } from "./leave-groups.ts";
import { type LogLimits, rotateLog, SEQUENCE } from "./rotate-log.ts";
import { leaveSession } from "./spawn-detached.ts";

/** What a supervisor has in hand: file descriptors of this process, and what it does at last. */
export interface Supervision {
  /** The container's directory, in which `exit.tmp` becomes `exit`. */
  readonly directory: number;
  /** `exit.tmp`, of {@link EXIT_RECORD_SIZE} bytes. */
  readonly exitFile: number;
  /** What the container writes, in the order of their streams: pipes of stdout and stderr, or the master of its terminal. */
  readonly output: readonly number[];
  /** Where that goes; without one it is thrown away. */
  readonly log?: {
    readonly file: number;
    /** The end of its last whole record. */
    readonly end: number;
    /** How many files of the log there were before. */
    readonly sequence: number;
    readonly directory: number;
    readonly limits?: LogLimits | undefined;
  };
  /** The writing end of the container's stdin, which a byte in `control` closes. */
  readonly stdin?: number;
  /** A FIFO, open for reading and writing. */
  readonly control: number;
  /** What ps(1) shows of it. Default `wb-supervisor`. */
  readonly name?: string | undefined;
  /** What the supervisor becomes when it is done: the lock of the directory is still its. */
  readonly cleanUp: Command;
}

/**
 * Plans the supervisor of a detached container: it writes what the container writes to a log, waits for its end, writes how it
 * ended, and becomes the command that cleans up. It takes no signals, and is in a session of its own.
 */
export function supervise(supervision: Supervision): Supervisor {
  const { name, directory, exitFile, output, log, stdin, control } = supervision;
  const streams = output.map((_, index) => ({ index, cell: `output ${index + 1}` }));
  const inputs = {
    directory,
    "exit file": exitFile,
    control,
    ...Object.fromEntries(streams.map(({ index, cell }) => [cell, output[index] ?? -1])),
    ...(log === undefined ? {} : { log: log.file, "log directory": log.directory }),
    ...(stdin === undefined ? {} : { [STDIN]: stdin }),
  };
  return {
    ...(name === undefined ? {} : { name }),
    before: [leaveSession],
    inputs: { ...inputs, [OFFSET]: log?.end ?? 0, [SEQUENCE]: log?.sequence ?? 0 },
    inherit: Object.values(inputs),
    program: [
      leaveGroups(),
      watch(streams.map(({ cell }) => cell)),
      step("write what the container writes, until it has ended", [
        { label: "look" },
        ignoring(call("ppoll", address("poll"), POLLED, null, null, 0), "EINTR"),
        ...streams.flatMap(({ index, cell }) => copied(index, { cell, log })),
        ...controlled(),
        { jump: "look", when: { ...event(PIDFD), equals: 0 } },
        // What others have still open is read to its end now, but not for ever.
        { assign: address("rounds"), to: value("rounds"), plus: 1 },
        { jump: "ended", when: { value: "rounds", equals: MOST_ROUNDS } },
        ...streams.flatMap(({ index }): Instruction[] => [
          { jump: `empty ${index}`, when: { ...event(index), equals: 0 } },
          { jump: "look" },
          { label: `empty ${index}` },
        ]),
        { label: "ended" },
      ]),
      writeExitRecord(),
      ...becomeCommand(supervision.cleanUp, "directory"),
    ],
  };
}

const STDIN = "writing end of stdin";

/** Places in the array of `struct pollfd`: two streams, then these. */
const PIDFD = 2;
const CONTROL = 3;
const POLLED = 4;
const POLLFD_SIZE = 8;

/** Of 32 KiB at most for each stream. */
const MOST_ROUNDS = 64;

const HUNDRED_MILLISECONDS = Buffer.from(BigInt64Array.of(0n, 100_000_000n).buffer);

/** In a `struct pollfd`: the file descriptor, the events that are asked for, and those that came. */
const FD = 0xffff_ffffn;
const ASKED = BigInt(POLL.IN) << 32n;
const CAME = 0xffff_0000_0000_0000n;

/** No file descriptor: passed over. */
const NONE = 0xffff_ffffn;

function event(place: number): Value {
  return value("poll", place * POLLFD_SIZE, CAME);
}

function watch(streams: readonly string[]): Program[number] {
  const places = [streams[0], streams[1], SUPERVISED_PIDFD, "control"];
  return step("watch its output, its end, and what others ask for", [
    memory("poll", POLLED * POLLFD_SIZE),
    memory(OFFSET, 8),
    memory(SEQUENCE, 8),
    memory("rounds", 8),
    ...places.map((cell, place): Instruction => {
      const at = address("poll", place * POLLFD_SIZE);
      return cell === undefined ? { assign: at, to: NONE } : { assign: at, to: value(cell, 0, FD), plus: ASKED };
    }),
  ]);
}

interface Copied {
  readonly cell: string;
  readonly log: Supervision["log"];
}

function copied(index: number, { cell, log }: Copied): Instruction[] {
  const stream = index + 1;
  const next = `next ${index}`;
  return [
    { jump: next, when: { ...event(index), equals: 0 } },
    ...readData(cell),
    { jump: `no data ${index}`, when: { value: "length", lessThan: 1 } },
    ...(log === undefined ? [] : appendRecord(stream)),
    ...(log?.limits === undefined ? [] : rotateLog(log.limits, `${stream}`)),
    { jump: next },
    { label: `no data ${index}` },
    ...[ERRNO.EAGAIN, ERRNO.EINTR].map((errno): Instruction => ({
      jump: next,
      when: { value: "length", equals: -errno },
    })),
    { jump: `hung up ${index}`, when: { value: "length", equals: -ERRNO.EIO } },
    { assign: address("poll", index * POLLFD_SIZE), to: NONE },
    { jump: next },
    // A terminal that nobody has open, or that was hung up, may be opened again: agetty(8) does.
    { label: `hung up ${index}` },
    ignoring(call("ppoll", address("poll", PIDFD * POLLFD_SIZE), POLLED - PIDFD, HUNDRED_MILLISECONDS, null, 0)),
    { label: next },
  ];
}

/** Any byte closes the container's stdin. */
function controlled(): Instruction[] {
  return [
    { jump: "no control", when: { ...event(CONTROL), equals: 0 } },
    memory("asked", 8),
    ignoring(call("read", value("control"), address("asked"), 1)),
    ignoring(call("close", value(STDIN))),
    { assign: address(STDIN), to: -1 },
    { label: "no control" },
  ];
}
