import { readlinkSync } from "node:fs";
import { setInputs } from "./cells.ts";
import type { FormatContext } from "./format.ts";
import { type Loaded, interpret, interpretInPool, load } from "./machine.ts";
import { type Packed, pack } from "./pack.ts";
import type { Integer, Program, Value } from "./program.ts";
import { SyscallError } from "./syscall-error.ts";
import { HEADER, instructionIndex } from "./table.ts";

export interface RunOptions {
  /** Values of cells before the first call. */
  readonly inputs?: Readonly<Record<string, Integer>>;
  /** The label where the Program goes on after a call failed, with calls that ignore errors. Default: it ends there. */
  readonly onError?: string;
}

/** The cells as the Program left them. */
export interface Results {
  /** A cell's 8 bytes, signed. @throws TypeError for a cell that the Program does not have */
  readonly value: (cell: string) => bigint;
  /** The same as a number, which suits file descriptors and process ids. */
  readonly number: (cell: string) => number;
  /** A copy of a cell's bytes. */
  readonly bytes: (cell: string, length: number) => Buffer;
}

/**
 * Makes the calls of a Program now, in the calling thread, which waits for each of them.
 *
 * Calls that change the thread rather than the process (unshare, setns, setuid) change Node's main thread alone: use
 * {@link spawn} for those.
 *
 * @throws SyscallError naming the first call that failed; the calls before it have been made
 * @example
 * const made = run([step("a pipe", [memory("pipe", 8), call("pipe2", address("pipe"), O.CLOEXEC)])]);
 * const [reader, writer] = new Int32Array(made.bytes("pipe", 8).buffer);
 */
export function run(program: Program, options: RunOptions = {}): Results {
  const loaded = prepare(program, options);
  return finish(loaded, interpret(loaded));
}

/**
 * The same on a thread of libuv's pool: for calls that wait (a FIFO, a lock, a busy unmount). Arguments of bytes are used
 * where they are: leave them alone until it is done.
 */
export async function runInPool(program: Program, options: RunOptions = {}): Promise<Results> {
  const loaded = prepare(program, options);
  return finish(loaded, await interpretInPool(loaded));
}

/** Packs a Program and loads it with its inputs. */
export function prepare(program: Program, { inputs, onError }: RunOptions): Loaded {
  const loaded = load(pack(program, { inPlace: true, ...(onError === undefined ? {} : { onError }) }));
  if (inputs !== undefined) setInputs(loaded.packed.cells, loaded.memory, inputs);
  return loaded;
}

/** The results of a table that has been interpreted. @throws SyscallError */
export function finish(loaded: Loaded, errno: number): Results {
  if (errno !== 0) throw errorIn(loaded);
  const at = (cell: string): number => {
    const offset = loaded.packed.cells.get(cell);
    if (offset === undefined) throw new TypeError(`this Program has no cell ${cell}`);
    return offset;
  };
  return {
    value: (cell) => loaded.memory.readBigInt64LE(at(cell)),
    number: (cell) => Number(loaded.memory.readBigInt64LE(at(cell))),
    bytes: (cell, length) => Buffer.from(loaded.memory.subarray(at(cell), at(cell) + length)),
  };
}

/** A failure record: which instruction of the table, by its offset, and -errno. */
export interface Failure {
  readonly offset: number;
  readonly errno: number;
}

/** The error of a table that has been interpreted and failed. */
export function errorIn(loaded: Loaded): SyscallError {
  return errorOf(loaded.packed, failureIn(loaded.memory), { cell: knownCell(loaded), describeFd });
}

/** The record in the header of a table that has been interpreted. */
export function failureIn(memory: Buffer): Failure {
  return { offset: Number(memory.readBigInt64LE(HEADER.failure)), errno: Number(memory.readBigInt64LE(HEADER.errno)) };
}

/** The error that a failure record tells of. */
export function errorOf(packed: Packed, { offset, errno }: Failure, context: FormatContext): SyscallError {
  const origin = packed.origins[instructionIndex(offset)];
  if (origin === undefined || !("call" in origin.instruction))
    throw new Error(`a failure record names no call: offset ${offset}`);
  return new SyscallError(origin.instruction, { errno, step: origin.step.label, context });
}

function knownCell({ packed, memory }: Loaded): (cell: Value) => bigint | undefined {
  return ({ value, offset = 0, mask = -1n }) => {
    const at = packed.cells.get(value);
    return at === undefined ? undefined : memory.readBigInt64LE(at + offset) & mask;
  };
}

/** What a file descriptor of this process refers to. */
export function describeFd(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}
