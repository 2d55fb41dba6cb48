import { cpuAffinityStep } from "@wb/security";
import { address, call, into, memory, run, step } from "@wb/syscall";

/**
 * Has this thread run on some processors, and what it starts meanwhile begin there, until disposed of:
 * `process.execCPUAffinity.initial` of the OCI runtime-spec, which holds before a process is in its cgroup.
 *
 * @param list as in cpuset(7): `0-3,7`
 * @throws RangeError for a list that is none; SyscallError EINVAL when none of them is there
 */
export function onProcessors(list: string): Disposable {
  const wanted = cpuAffinityStep(list);
  const before = ownMask();
  run([wanted]);
  return {
    [Symbol.dispose]: () => {
      run([step("run on the processors as before", [call("sched_setaffinity", 0, before.length, before)])]);
    },
  };
}

/** Those that this thread may run on: bit 0 is processor 0. */
export function ownProcessors(): bigint {
  return BigInt(`0x${Buffer.from(ownMask().toReversed()).toString("hex")}`);
}

/** The most processors that a kernel can be built for, in bytes. */
const SIZE = 8192 / 8;

function ownMask(): Uint8Array {
  const made = run([
    step("look at the processors of this thread", [
      memory("mask", SIZE),
      into("length", call("sched_getaffinity", 0, SIZE, address("mask"))),
    ]),
  ]);
  return made.bytes("mask", made.number("length"));
}
