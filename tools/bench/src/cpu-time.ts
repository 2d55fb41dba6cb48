import { address, call, memory, run, step } from "@wb/syscall";

/** Microseconds of CPU, user and system, that this process and all children that it waited for have used, getrusage(2). */
export function cpuTime(): number {
  const usages = run(getrusage);
  return ["self", "children"].reduce((sum, cell) => sum + microseconds(usages.bytes(cell, RUSAGE_SIZE)), 0);
}

const RUSAGE_SIZE = 144;

const getrusage = [
  step("ask for the CPU time", [
    memory("self", RUSAGE_SIZE),
    memory("children", RUSAGE_SIZE),
    call("getrusage", 0 /* RUSAGE_SELF */, address("self")),
    call("getrusage", -1 /* RUSAGE_CHILDREN */, address("children")),
  ]),
];

/** `struct rusage` begins with two `struct timeval`: seconds, microseconds. */
function microseconds(rusage: Buffer): number {
  const word = (index: number): number => Number(rusage.readBigInt64LE(8 * index));
  return (word(0) + word(2)) * 1e6 + word(1) + word(3);
}
