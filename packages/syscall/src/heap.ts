import type { Integer } from "./program.ts";

/** Where zeros begin while the heap grows before them; {@link Heap.finish} moves them to its end. */
const ZEROS = 2 ** 40;

/** Bytes that grow, and the places in them that hold addresses: those are relative until {@link relocate}. */
export class Heap {
  #bytes: Buffer = Buffer.alloc(4096);
  #used = 0;
  #zeros = 0;
  readonly #strings = new Map<string, number>();
  /** Offsets of words that hold an offset from the table's start. */
  readonly pointers: number[] = [];

  /** @param reserved bytes at the start that the caller fills itself */
  constructor(reserved: number) {
    this.allocate(reserved);
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
    for (const offset of this.pointers) writeWord(this.#bytes, offset, this.place(readPointer(this.#bytes, offset)));
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
    writeWord(this.#bytes, offset, value);
  }

  /** Writes the address of what is at `target`, an offset. */
  pointer(offset: number, target: number): void {
    writeWord(this.#bytes, offset, target);
    this.pointers.push(offset);
  }
}

/** Writes a 64-bit word; faster than `writeBigInt64LE` for a number, which is what most are. */
export function writeWord(bytes: Buffer, offset: number, value: Integer): void {
  if (typeof value === "bigint") {
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value), offset);
    return;
  }
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer that a register can hold exactly: use a bigint`);
  bytes.writeInt32LE(value | 0, offset);
  bytes.writeInt32LE(Math.floor(value / 0x1_0000_0000), offset + 4);
}

/** Turns offsets into addresses, for a table that lies at `base`. */
export function relocate(bytes: Buffer, pointers: readonly number[], base: number): void {
  for (const offset of pointers) writeWord(bytes, offset, base + readPointer(bytes, offset));
}

function readPointer(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x1_0000_0000;
}
