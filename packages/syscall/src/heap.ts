import type { Integer } from "./program.ts";

/** Where zeros begin while the heap grows before them; {@link Heap.finish} moves them to its end. */
const ZEROS = 2 ** 40;

/** Fewer bytes are copied, since that is faster. (V8 moves the bytes of an array of less than 64.) */
const LARGE = 1024;

/** Bytes that grow, and the places in them that hold addresses: those are relative until {@link relocate}. */
export class Heap {
  #bytes: Buffer = Buffer.alloc(4096);
  #view: DataView = viewOf(this.#bytes);
  #used = 0;
  #zeros = 0;
  readonly #strings = new Map<string, number>();
  /** Offsets of words that hold an offset from the table's start. */
  readonly pointers: number[] = [];
  /** Words that are to hold the address of bytes elsewhere. */
  readonly inPlace: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  readonly #copies: boolean;

  /**
   * @param reserved bytes at the start that the caller fills itself
   * @param options whether bytes may be left where they are: where this process itself uses the heap
   */
  constructor(reserved: number, { inPlace = false }: { readonly inPlace?: boolean } = {}) {
    this.#copies = !inPlace;
    this.allocate(reserved);
  }

  /** Of the bytes used so far, and not of those that are allocated later. */
  get view(): DataView {
    return this.#view;
  }

  /** The bytes used so far; not a copy. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  /** Zero bytes, 8-byte aligned; returns their offset. */
  allocate(size: number): number {
    const offset = this.#used;
    this.#used += (size + 7) & ~7;
    if (this.#used > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#used, 2 * this.#bytes.length));
      this.#bytes.copy(larger);
      this.#bytes = larger;
      this.#view = viewOf(larger);
    }
    return offset;
  }

  /** Zero bytes that need not be stored, because they follow the others; returns their offset until {@link finish}. */
  zeros(size: number): number {
    const offset = ZEROS + this.#zeros;
    this.#zeros += (size + 7) & ~7;
    return offset;
  }

  /** Puts the zeros behind the bytes: what points to them points there from now on. Returns how many they are. */
  finish(): number {
    for (const offset of this.pointers) {
      const target = readPointer(this.#view, offset);
      if (target >= ZEROS) writeWord(this.#view, offset, this.place(target));
    }
    return this.#zeros;
  }

  /** Where an offset is once the heap is finished. */
  place(offset: number): number {
    return offset < ZEROS ? offset : offset - ZEROS + this.#used;
  }

  /** A copy of bytes; returns their offset. */
  put(bytes: Uint8Array): number {
    const offset = this.allocate(bytes.length);
    this.#bytes.set(bytes, offset);
    return offset;
  }

  /** Writes the address of bytes: of a copy, or, where they are many and may be left where they are, of themselves. */
  pointTo(offset: number, bytes: Uint8Array): void {
    if (this.#copies || bytes.length < LARGE) this.pointer(offset, this.put(bytes));
    else this.inPlace.push({ offset, bytes });
  }

  /** A NUL-terminated string, once for each text; returns its offset. */
  string(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const offset = this.allocate(Buffer.byteLength(text) + 1);
    this.#bytes.write(text, offset);
    this.#strings.set(text, offset);
    return offset;
  }

  /** Writes a 64-bit word in host order (little-endian on both architectures). */
  word(offset: number, value: Integer): void {
    writeWord(this.#view, offset, value);
  }

  /** Writes the address of what is at `target`, an offset. */
  pointer(offset: number, target: number): void {
    writeWord(this.#view, offset, target);
    this.pointers.push(offset);
  }
}

/** Turns offsets into addresses, for a table that lies at `base`. */
export function relocate(bytes: Buffer, pointers: readonly number[], base: number): void {
  const view = viewOf(bytes);
  for (const offset of pointers) writeWord(view, offset, base + readPointer(view, offset));
}

/** The lowest number has it. */
const SIGN = 1n << 63n;

/** Two halves for a number, which is what most are: faster than to make a bigint of it. */
function writeWord(view: DataView, offset: number, value: Integer): void {
  if (typeof value === "bigint") {
    if (BigInt.asIntN(65, value) !== value || value < -SIGN) throw new RangeError(`${value} has more than 64 bits`);
    view.setBigInt64(offset, value, true);
    return;
  }
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${value} is no integer that a register can hold exactly: use a bigint`);
  view.setInt32(offset, value, true);
  view.setInt32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}

function readPointer(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 0x1_0000_0000;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
