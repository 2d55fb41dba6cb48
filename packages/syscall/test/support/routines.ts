import { type Arbitrary, array, bigInt, boolean, constantFrom, integer, nat, oneof, option, record } from "fast-check";
import {
  type Instruction,
  type Integer,
  type Program,
  type Value,
  SEEK,
  address,
  call,
  ignoring,
  into,
  memory,
  step,
  value,
} from "../../src/index.ts";

/** The cells that a random Program works on. */
export const CELLS = ["a", "b", "c", "d"] as const;

type Cell = (typeof CELLS)[number];
type Cells = Record<Cell, bigint>;

/** An instruction of a random Program. */
interface Operation {
  readonly kind: "add" | "seek" | "uid" | "fail" | "jump";
  readonly target: Cell;
  readonly first: Operand;
  readonly second: { readonly cell: Cell | null; readonly constant: bigint };
  readonly less: boolean;
  /** How many operations a jump goes over. */
  readonly over: number;
  /** Whether a new Step begins here. */
  readonly begins: boolean;
}

/** A masked cell, or a constant. */
interface Operand {
  readonly cell: Cell | null;
  readonly mask: bigint | null;
  readonly constant: bigint;
}

/** A random Program: operations that are repeated some times, on cells that begin with some content. */
export interface Routine {
  readonly start: Cells;
  readonly times: number;
  readonly operations: readonly Operation[];
}

const cells = constantFrom(...CELLS);
// Small numbers meet more often, large ones overflow.
const words = oneof(bigInt(-3n, 3n), bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const masks = option(oneof(constantFrom(0xffn, 0xffff_ffffn, 1n << 63n), bigInt({ min: 0n, max: 2n ** 64n - 1n })));

const operations: Arbitrary<Operation> = record({
  kind: constantFrom("add", "add", "seek", "uid", "fail", "jump", "jump"),
  target: cells,
  first: record({ cell: option(cells), mask: masks, constant: words }),
  second: record({ cell: option(cells), constant: words }),
  less: boolean(),
  over: nat({ max: 4 }),
  begins: boolean(),
});

export const routines: Arbitrary<Routine> = record({
  start: record({ a: words, b: words, c: words, d: words }),
  times: integer({ min: 1, max: 4 }),
  operations: array(operations, { maxLength: 40 }),
});

/** The Program of a routine; its cell `fd` is a file that can be sought in. */
export function programOf({ start, times, operations: list }: Routine): Program {
  const begin = step("begin", [
    ...CELLS.map((cell) => memory(cell, wordOf(start[cell]))),
    { assign: address("round"), to: 0 },
    { label: "round" },
  ]);
  const finish = step("repeat", [
    { label: `${list.length}` },
    { assign: address("round"), to: value("round"), plus: 1 },
    { jump: "round", when: { value: "round", lessThan: times } },
  ]);
  const steps: Instruction[][] = [[]];
  list.forEach((operation, index) => {
    if (operation.begins) steps.push([]);
    steps
      .at(-1)
      ?.push({ label: `${index}` }, instructionOf(operation, Math.min(index + 1 + operation.over, list.length)));
  });
  return [begin, ...steps.map((body) => step("some", body)), finish];
}

function instructionOf({ kind, target, first, second, less }: Operation, destination: number): Instruction {
  switch (kind) {
    case "add":
      return { assign: address(target), to: operandOf(first), plus: operandOf({ ...second, mask: null }) };
    case "seek":
      return into(target, ignoring(call("lseek", value("fd"), operandOf(first), SEEK.SET)));
    case "uid":
      return into(target, call("getuid"));
    case "fail":
      return into(target, ignoring(call("close", -1), "EBADF"));
    case "jump": {
      const from = { value: first.cell ?? "a", ...(first.mask === null ? {} : { mask: first.mask }) };
      const when = less ? { ...from, lessThan: second.constant } : { ...from, equals: second.constant };
      return { jump: `${destination}`, when };
    }
  }
}

function operandOf({ cell, mask, constant }: Operand): Value | Integer {
  return cell === null ? constant : value(cell, undefined, mask ?? undefined);
}

/** What the cells hold at the end, reckoned here. */
export function evaluate({ start, times, operations: list }: Routine): Cells {
  const state = { ...start };
  for (let round = 0; round < times; round++) {
    for (let index = 0; index < list.length; index++) {
      const operation = list[index];
      if (operation === undefined) break;
      if (operation.kind !== "jump") state[operation.target] = resultOf(operation, state);
      else if (isTaken(operation, state)) index += operation.over;
    }
  }
  return state;
}

function resultOf({ kind, first, second }: Operation, state: Cells): bigint {
  const operand = read(first, state);
  if (kind === "uid") return BigInt(process.getuid?.() ?? -1);
  if (kind === "fail") return -9n;
  if (kind === "seek") return operand < 0n ? -22n : operand;
  return BigInt.asIntN(64, operand + read({ ...second, mask: null }, state));
}

function isTaken({ first, second, less }: Operation, state: Cells): boolean {
  const found = read({ ...first, cell: first.cell ?? "a" }, state);
  return less ? found < second.constant : found === second.constant;
}

function read({ cell, mask, constant }: Operand, state: Cells): bigint {
  return BigInt.asIntN(64, cell === null ? constant : state[cell] & (mask ?? -1n));
}

function wordOf(content: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(content);
  return bytes;
}
