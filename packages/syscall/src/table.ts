/** The layout of a table, which asm/interpreter-x64.S describes: what the interpreter reads and {@link pack} writes. */

/** Offsets in the header, in bytes. The failure record is the two words `{ offset, -errno }`. */
export const HEADER = { onError: 0, failure: 8, errno: 16, scratch: 24, size: 32 } as const;

/** Offsets in an instruction, in bytes. */
export const INSTRUCTION = {
  kind: 0,
  indirect: 4,
  number: 8,
  args: 16,
  a: 16,
  b: 24,
  mask: 32,
  target: 64,
  ignore: 72,
  size: 88,
} as const;

export const KIND = { call: 0, jumpIfEqual: 1, jumpIfLess: 2, add: 3, end: 4 } as const;

/** The offset of an instruction from the table's start, in bytes. */
export function instructionOffset(index: number): number {
  return HEADER.size + INSTRUCTION.size * index;
}

/** The instruction that stands at an offset. */
export function instructionIndex(offset: number): number {
  return (offset - HEADER.size) / INSTRUCTION.size;
}
