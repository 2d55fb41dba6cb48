import { type Architecture, syscallNumber, thisArchitecture } from "./architecture.ts";
import { countAdds, isStrings, isStruct, isValue, isWord } from "./argument.ts";
import { Cells } from "./cells.ts";
import { countInstructions, limitOf } from "./count-instructions.ts";
import { Heap } from "./heap.ts";
import { Labels } from "./labels.ts";
import type {
  Address,
  Argument,
  Assign,
  Call,
  Instruction,
  Integer,
  Jump,
  Program,
  Step,
  StructArgument,
  Value,
} from "./program.ts";
import { HEADER, INSTRUCTION, KIND, instructionOffset } from "./table.ts";
import { ERRNO } from "./uapi/errno.generated.ts";

/** A Program as a table that the interpreter runs, its addresses still relative to the table's start. */
export interface Packed {
  /** The header, the instructions, and what they point to. */
  readonly bytes: Buffer;
  /** Zero bytes that must follow them in memory. */
  readonly zeros: number;
  /** Offsets of the words in `bytes` that hold an offset and must hold an address. */
  readonly pointers: readonly number[];
  /** Bytes that were left where they are, and the words that must hold their addresses. */
  readonly inPlace: Heap["inPlace"];
  /** The offset of each named cell; one past `bytes.length` lies in the zeros. */
  readonly cells: ReadonlyMap<string, number>;
  /** For each instruction, what it was made from: that is how an error finds its call. */
  readonly origins: readonly Origin[];
}

/** Where an instruction of a table comes from. */
interface Origin {
  readonly step: Step;
  readonly instruction: Instruction;
}

export interface PackOptions {
  /** The label where the table goes on after a call failed. Default: the table ends. */
  readonly onError?: string;
  /** Whether large arguments of bytes stay where they are, for a table that is run in this process. Default: all are copied. */
  readonly inPlace?: boolean;
  /** Whose system call numbers are used. Default: this machine's. */
  readonly architecture?: Architecture;
}

/**
 * Packs a Program into a table. A call's argument that is a {@link Value} is read from its cell when the call is made; a
 * part of a word, and a value in a struct, is put in its place by an ADD before the call.
 *
 * @throws TypeError for a string with a NUL byte, an unknown label, or a call that this architecture lacks
 */
export function pack(program: Program, options: PackOptions = {}): Packed {
  const count = countInstructions(program) + 1;
  const heap = new Heap(instructionOffset(count), options);
  const cells = new Cells(heap, program);
  const { architecture = thisArchitecture() } = options;
  const writer: Writer = {
    architecture,
    heap,
    cells,
    zero: heap.allocate(8),
    next: 0,
    origins: [],
    jumps: [],
    labels: new Labels(),
  };
  for (const { label, shell, body } of program) {
    // A copy, so that a Step which stands twice in a Program has labels of its own each time.
    const step: Step = { label, body, ...(shell === undefined ? {} : { shell }) };
    for (const instruction of body) writeInstruction(writer, { step, instruction });
  }
  const end = instructionOffset(writer.next);
  heap.word(end + INSTRUCTION.kind, KIND.end);
  for (const { offset, label, step } of writer.jumps) heap.pointer(offset, writer.labels.offsetOf(label, step));
  heap.pointer(HEADER.onError, options.onError === undefined ? end : writer.labels.offsetOf(options.onError));
  const zeros = heap.finish();
  const { bytes, pointers, inPlace } = heap;
  return { bytes, zeros, pointers, inPlace, cells: cells.placed(), origins: writer.origins };
}

interface Writer {
  readonly architecture: Architecture;
  readonly heap: Heap;
  readonly cells: Cells;
  /** The offset of a word that is 0. */
  readonly zero: number;
  next: number;
  readonly origins: Origin[];
  readonly jumps: { readonly offset: number; readonly label: string; readonly step: Step }[];
  readonly labels: Labels;
}

function writeInstruction(writer: Writer, origin: Origin): void {
  const { instruction } = origin;
  if ("call" in instruction) writeCall(writer, instruction, origin);
  else if ("jump" in instruction) writeJump(writer, instruction, origin);
  else if ("assign" in instruction) writeAssign(writer, instruction, origin);
  else if ("label" in instruction)
    writer.labels.set(instruction.label, { step: origin.step, offset: instructionOffset(writer.next) });
}

function writeCall(writer: Writer, made: Call, origin: Origin): void {
  const { heap } = writer;
  const number = syscallNumber(made.call, writer.architecture);
  // The ADDs that complete the call stand before it.
  const offset = instructionOffset(
    writer.next + made.args.reduce<number>((sum, argument) => sum + countAdds(argument), 0),
  );
  let indirect = 0;
  made.args.forEach((argument, index) => {
    const at = offset + INSTRUCTION.args + 8 * index;
    if (isWord(argument)) {
      indirect |= 1 << index;
      heap.pointer(at, writer.cells.offsetOf(argument.value) + (argument.offset ?? 0));
    } else writeArgument(writer, at, argument, origin);
  });
  // The kind is 0, so that one word has both.
  heap.word(offset + INSTRUCTION.kind, indirect * 2 ** (8 * INSTRUCTION.indirect));
  writer.origins[writer.next++] = origin;
  heap.word(offset + INSTRUCTION.number, number);
  heap.pointer(
    offset + INSTRUCTION.target,
    made.result === undefined ? HEADER.scratch : writer.cells.offsetOf(made.result),
  );
  writeIgnored(heap, offset + INSTRUCTION.ignore, made.ignore);
}

/** A bit for each errno; bit 0, which no error has, stands for those above 127. */
function writeIgnored(heap: Heap, offset: number, ignore: Call["ignore"]): void {
  if (ignore === undefined) return;
  if (ignore === "any") {
    heap.word(offset, -1);
    heap.word(offset + 8, -1);
    return;
  }
  const { bytes } = heap;
  for (const name of ignore) {
    const bit = ERRNO[name] > 127 ? 0 : ERRNO[name];
    const byte = offset + (bit >> 3);
    bytes[byte] = (bytes[byte] ?? 0) | (1 << (bit & 7));
  }
}

function writeArgument(writer: Writer, offset: number, argument: Argument, origin: Origin): void {
  const { heap } = writer;
  if (argument === null) return;
  if (typeof argument === "number" || typeof argument === "bigint") heap.word(offset, argument);
  else if (typeof argument === "string") heap.pointer(offset, heap.string(withoutNul(argument, origin)));
  else if (argument instanceof Uint8Array) heap.pointTo(offset, argument);
  else if (isStrings(argument)) heap.pointer(offset, writeStrings(heap, argument, origin));
  else if (isValue(argument)) writeAdd(writer, { destination: offset, a: argument, b: writer.zero, origin });
  else if (isStruct(argument)) heap.pointer(offset, writeStruct(writer, argument, origin));
  else heap.pointer(offset, offsetOfAddress(writer, argument));
}

function writeStrings(heap: Heap, strings: readonly string[], origin: Origin): number {
  const offset = heap.allocate(8 * (strings.length + 1));
  strings.forEach((text, index) => heap.pointer(offset + 8 * index, heap.string(withoutNul(text, origin))));
  return offset;
}

function writeStruct(writer: Writer, { struct, fields }: StructArgument, origin: Origin): number {
  const offset = writer.heap.allocate(struct.size);
  for (const [name, field] of Object.entries(struct.fields)) {
    const argument = fields[name] ?? 0;
    const at = offset + (struct.offsets[name] ?? 0);
    if (field.size === 8) writeArgument(writer, at, argument, origin);
    else if (typeof argument === "number" || typeof argument === "bigint") field.write(writer.heap.view, at, argument);
    else throw new TypeError(`struct ${struct.name}: ${name} has ${field.size * 8} bits, which hold an integer only`);
  }
  return offset;
}

function writeJump(writer: Writer, made: Jump, origin: Origin): void {
  const { heap } = writer;
  const { jump, when } = made;
  const limit = limitOf(made);
  // Another cell's value is put into the instruction before it.
  const offset = instructionOffset(writer.next + (isValue(limit) ? 1 : 0));
  if (isValue(limit)) writeAdd(writer, { destination: offset + INSTRUCTION.b, a: limit, b: writer.zero, origin });
  writer.origins[writer.next++] = origin;
  writer.jumps.push({ offset: offset + INSTRUCTION.target, label: jump, step: origin.step });
  const less = when !== undefined && "lessThan" in when;
  heap.word(offset + INSTRUCTION.kind, less ? KIND.jumpIfLess : KIND.jumpIfEqual);
  // "Always" is 0 == (anything & 0).
  heap.pointer(
    offset + INSTRUCTION.a,
    when === undefined ? writer.zero : writer.cells.offsetOf(when.value) + (when.offset ?? 0),
  );
  heap.word(offset + INSTRUCTION.mask, when === undefined ? 0 : (when.mask ?? -1));
  heap.word(offset + INSTRUCTION.b, isValue(limit) ? 0 : limit);
}

function writeAssign(writer: Writer, { assign, to, plus = 0 }: Assign, origin: Origin): void {
  const [first, second] = isValue(plus) && plus.mask !== undefined ? [plus, to] : [to, plus];
  if (isValue(second) && second.mask !== undefined)
    throw new TypeError(`only one term of a sum may have a mask (step: ${origin.step.label})`);
  const a: Value | number = isValue(first) ? first : constant(writer, first);
  const b = isValue(second) ? writer.cells.offsetOf(second.value) + (second.offset ?? 0) : constant(writer, second);
  writeAdd(writer, { destination: offsetOfAddress(writer, assign), a, b, origin });
}

/** `*destination = (*a & mask) + *b`; the places are offsets. */
function writeAdd(writer: Writer, add: { destination: number; a: Value | number; b: number; origin: Origin }): void {
  const { heap } = writer;
  const offset = instructionOffset(writer.next);
  writer.origins[writer.next++] = add.origin;
  heap.word(offset + INSTRUCTION.kind, KIND.add);
  heap.pointer(
    offset + INSTRUCTION.a,
    typeof add.a === "number" ? add.a : writer.cells.offsetOf(add.a.value) + (add.a.offset ?? 0),
  );
  heap.pointer(offset + INSTRUCTION.b, add.b);
  heap.word(offset + INSTRUCTION.mask, typeof add.a === "number" ? -1 : (add.a.mask ?? -1));
  heap.pointer(offset + INSTRUCTION.target, add.destination);
}

function constant(writer: Writer, integer: Integer): number {
  if (integer === 0) return writer.zero;
  const offset = writer.heap.allocate(8);
  writer.heap.word(offset, integer);
  return offset;
}

function offsetOfAddress(writer: Writer, { address, offset = 0 }: Address): number {
  return writer.cells.offsetOf(address) + offset;
}

/** A NUL would end the text early, and the kernel would see another path than the one that was checked. */
function withoutNul(text: string, { step }: Origin): string {
  if (text.includes("\0")) throw new TypeError(`${JSON.stringify(text)} has a NUL byte (step: ${step.label})`);
  return text;
}
