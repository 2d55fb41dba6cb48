import {
  type Instruction,
  type Program,
  MAP,
  POLL,
  PROT,
  address,
  call,
  ignoring,
  into,
  memory,
  pollfd,
  step,
  value,
} from "../../src/index.ts";

const EINTR = -4;
const EAGAIN = -11;

export interface CopyOptions {
  /** The size of the buffer; a power of two. */
  readonly size: number;
  /** Whether the output is set to O_NONBLOCK. */
  readonly nonBlocking?: boolean;
}

/**
 * A Program that copies the cell `in`, a file descriptor, to the cell `out`, with lengths taken from each read(2); what
 * write(2) did not take is written again. It counts in `reads`, `writes`, `waits` and `total`.
 */
export function copyProgram({ size, nonBlocking = false }: CopyOptions): Program {
  const counters = ["reads", "writes", "waits", "total"];
  return [
    step("begin with nothing", [
      ...counters.map((cell): Instruction => ({ assign: address(cell), to: 0 })),
      memory("poll", pollfd.encode({ events: POLL.OUT })),
      ...(nonBlocking ? [call("fcntl", value("out"), 4, 0o4000)] : []),
      // Its address is a result, so that a part of it can be addressed by a sum.
      into("buffer", call("mmap", null, size, PROT.READ | PROT.WRITE, MAP.PRIVATE | MAP.ANONYMOUS, -1, 0)),
    ]),
    step("copy", [
      { label: "read" },
      into("length", ignoring(call("read", value("in"), value("buffer"), size), "EINTR")),
      { jump: "read", when: { value: "length", equals: EINTR } },
      { jump: "done", when: { value: "length", equals: 0 } },
      count("reads"),
      { assign: address("total"), to: value("total"), plus: value("length") },
      { assign: address("place"), to: value("buffer") },
      { label: "write" },
      into("wrote", ignoring(call("write", value("out"), value("place"), value("length")), "EINTR", "EAGAIN")),
      { jump: "write", when: { value: "wrote", equals: EINTR } },
      { jump: "wait", when: { value: "wrote", equals: EAGAIN } },
      count("writes"),
      { assign: address("place"), to: value("place"), plus: value("wrote") },
      ...subtract("length", { value: "wrote", below: 2 * size }),
      { jump: "read", when: { value: "length", lessThan: 1 } },
      { jump: "write" },
      { label: "wait" },
      count("waits"),
      // The pollfd's first half is the file descriptor, and what was there stays in the second: *d = (*a & mask) + *b.
      { assign: address("poll"), to: value("out", 0, 0xffff_ffffn), plus: BigInt(POLL.OUT) << 32n },
      ignoring(call("ppoll", address("poll"), 1, null, null, 8), "EINTR"),
      { jump: "write" },
      { label: "done" },
      call("munmap", value("buffer"), size),
    ]),
  ];
}

function count(cell: string): Instruction {
  return { assign: address(cell), to: value(cell), plus: 1 };
}

/** Subtracts one cell from another, a bit at a time: the interpreter can only add. */
function subtract(cell: string, { value: other, below }: { value: string; below: number }): Instruction[] {
  return Array.from({ length: Math.log2(below) }, (_, bit) => 2 ** bit).flatMap((bit): Instruction[] => [
    { jump: `${cell} has no ${bit}`, when: { value: other, mask: BigInt(bit), equals: 0 } },
    { assign: address(cell), to: value(cell), plus: -bit },
    { label: `${cell} has no ${bit}` },
  ]);
}
