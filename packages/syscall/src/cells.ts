import type { Heap } from "./heap.ts";
import type { Integer, Program } from "./program.ts";
import { HEADER } from "./table.ts";

/** The cell that holds the failure record: two words, the offset of the failed instruction and its -errno. */
const FAILURE = "failure";

/** From here on zeros are left to the kernel: a page of a packed image is resident, one of zeros only once it is used. */
const LARGE = 4096;

/** The named cells of a table: words in the heap, and zeros behind it for memory that begins empty and is large. */
export class Cells {
  readonly #offsets = new Map<string, number>([[FAILURE, HEADER.failure]]);
  /** Buffers may be declared again with the same size: they are shared. */
  readonly #sizes = new Map<string, Uint8Array | number>();
  readonly #heap: Heap;

  constructor(heap: Heap, program: Program) {
    this.#heap = heap;
    for (const { body } of program) {
      for (const instruction of body)
        if ("memory" in instruction) this.#declare(instruction.memory, instruction.content);
    }
  }

  /** A cell that was not declared has 8 bytes, all ones. */
  offsetOf(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#heap.allocate(8);
    this.#heap.word(offset, -1);
    this.#offsets.set(name, offset);
    return offset;
  }

  placed(): ReadonlyMap<string, number> {
    return new Map([...this.#offsets].map(([name, offset]) => [name, this.#heap.place(offset)]));
  }

  #declare(name: string, content: Uint8Array | number): void {
    if (this.#sizes.get(name) === content) return;
    if (this.#offsets.has(name)) throw new TypeError(`the cell ${name} is declared in two ways in one Program`);
    if (typeof content === "number") this.#sizes.set(name, content);
    this.#offsets.set(name, this.#allocate(content));
  }

  #allocate(content: Uint8Array | number): number {
    // 8 bytes more, so that the last int of an array can be read as a masked word.
    if (typeof content === "number")
      return content < LARGE ? this.#heap.allocate(content + 8) : this.#heap.zeros(content + 8);
    return this.#heap.put(Buffer.concat([content, Buffer.alloc(8)]));
  }
}

/** Puts values into cells before a table runs; names that it does not use are passed over. */
export function setInputs(
  cells: ReadonlyMap<string, number>,
  bytes: Buffer,
  inputs: Readonly<Record<string, Integer>>,
): void {
  for (const [name, input] of Object.entries(inputs)) {
    const offset = cells.get(name);
    if (offset !== undefined) bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(input)), offset);
  }
}
