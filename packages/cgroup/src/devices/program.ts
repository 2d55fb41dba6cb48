import type { DevicePolicy } from "./policy.ts";
import { ALL_ACCESS, type DeviceException } from "./rule.ts";

/**
 * Assembles the BPF program that makes a policy's decisions on v2 (BPF_PROG_TYPE_CGROUP_DEVICE, Linux 4.15): it is called
 * with a `struct bpf_cgroup_dev_ctx` and returns 1 for an access that is allowed, 0 for EPERM. It decides as v1's kernel
 * does: {@link DevicePolicy}.
 */
export function deviceProgram({ allow, exceptions }: DevicePolicy): Uint8Array {
  const instructions = [...PROLOGUE, ...exceptions.flatMap((exception) => block(exception, !allow)), ...answer(allow)];
  return Buffer.concat(instructions.map(encode));
}

/** `struct bpf_insn`, linux/bpf.h. */
interface BpfInstruction {
  readonly code: number;
  readonly destination: number;
  readonly source: number;
  readonly offset: number;
  readonly immediate: number;
}

function encode({ code, destination, source, offset, immediate }: BpfInstruction): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(code, 0);
  bytes.writeUInt8(destination | (source << 4), 1);
  bytes.writeInt16LE(offset, 2);
  bytes.writeInt32LE(immediate, 4);
  return bytes;
}

/** Opcodes: class, operation and source of Documentation/bpf/standardization/instruction-set.rst. */
const load = (destination: number, source: number, offset: number): BpfInstruction => ({
  code: 0x61,
  destination,
  source,
  offset,
  immediate: 0,
});
const copy = (destination: number, source: number): BpfInstruction => ({
  code: 0xbc,
  destination,
  source,
  offset: 0,
  immediate: 0,
});
const set = (destination: number, immediate: number): BpfInstruction => ({
  code: 0xb7,
  destination,
  source: 0,
  offset: 0,
  immediate,
});
const and = (destination: number, immediate: number): BpfInstruction => ({
  code: 0x54,
  destination,
  source: 0,
  offset: 0,
  immediate,
});
const shiftRight = (destination: number, immediate: number): BpfInstruction => ({
  code: 0x74,
  destination,
  source: 0,
  offset: 0,
  immediate,
});
const jumpIfEqual = (destination: number, immediate: number, offset: number): BpfInstruction => ({
  code: 0x15,
  destination,
  source: 0,
  offset,
  immediate,
});
const jumpIfNot = (destination: number, immediate: number, offset: number): BpfInstruction => ({
  code: 0x55,
  destination,
  source: 0,
  offset,
  immediate,
});
const exit: BpfInstruction = { code: 0x95, destination: 0, source: 0, offset: 0, immediate: 0 };

/** Registers: the context, what is taken from it, and the answer, which serves for sums before. */
const [ANSWER, CONTEXT, TYPE, ACCESS, MAJOR, MINOR] = [0, 1, 2, 3, 4, 5];

/** `access_type` is `(BPF_DEVCG_ACC_* << 16) | BPF_DEVCG_DEV_*`. */
const PROLOGUE: readonly BpfInstruction[] = [
  load(TYPE, CONTEXT, 0),
  copy(ACCESS, TYPE),
  shiftRight(ACCESS, 16),
  and(TYPE, 0xffff),
  load(MAJOR, CONTEXT, 4),
  load(MINOR, CONTEXT, 8),
];

const DEVICE_TYPE = { b: 1, c: 2 } as const;

/** Answers, or goes on behind itself when the exception does not fit. */
function block({ type, major, minor, access }: DeviceException, allow: boolean): BpfInstruction[] {
  const end = answer(allow);
  const tests = [
    (skip: number) => jumpIfNot(TYPE, DEVICE_TYPE[type], skip),
    ...(major === undefined ? [] : [(skip: number) => jumpIfNot(MAJOR, major, skip)]),
    ...(minor === undefined ? [] : [(skip: number) => jumpIfNot(MINOR, minor, skip)]),
    ...(access === ALL_ACCESS ? [] : accessTests(access, allow)),
  ];
  return [...tests.map((test, index) => test(tests.length - index - 1 + end.length)), ...end];
}

/** To allow, nothing outside the exception's access may be asked for; to deny, something inside it must be. */
function accessTests(access: number, allow: boolean): ((skip: number) => BpfInstruction)[] {
  return [
    () => copy(ANSWER, ACCESS),
    () => and(ANSWER, allow ? ALL_ACCESS & ~access : access),
    (skip) => (allow ? jumpIfNot : jumpIfEqual)(ANSWER, 0, skip),
  ];
}

function answer(allow: boolean): BpfInstruction[] {
  return [set(ANSWER, Number(allow)), exit];
}
