import { writeSync } from "node:fs";
import { thisArchitecture } from "./architecture.ts";
import { relocate } from "./heap.ts";
import { INTERPRETER } from "./interpreter.generated.ts";
import { type Koffi, loadKoffi } from "./koffi.ts";
import type { Packed } from "./pack.ts";
import { MFD } from "./uapi/memfd.ts";
import { MAP, PROT } from "./uapi/mman.ts";

/** A table in this process's memory, ready to be interpreted: its cells can be read before and after. */
export interface Loaded {
  readonly packed: Packed;
  readonly memory: Buffer;
}

/** Copies a packed table to memory of its own and gives its pointers their addresses. */
export function load(packed: Packed): Loaded {
  const memory = Buffer.allocUnsafeSlow(packed.bytes.length + packed.zeros).fill(0, packed.bytes.length);
  packed.bytes.copy(memory);
  const { koffi } = machine();
  relocate(memory, packed.pointers, Number(koffi.address(memory)));
  for (const { offset, bytes } of packed.inPlace) memory.writeBigUInt64LE(koffi.address(bytes), offset);
  return { packed, memory };
}

/** Interprets a table in the calling thread, which waits for every call in it. Returns the -errno that it ended with, or 0. */
export function interpret({ memory }: Loaded): number {
  const { koffi, entry, prototype } = machine();
  return Number(koffi.call(entry, prototype, memory));
}

/** Interprets a table on a thread of libuv's pool, so that a call which waits keeps only that thread. */
export function interpretInPool(loaded: Loaded): Promise<number> {
  // Takes a millisecond to make.
  const native = (entryFunction ??= machine().koffi.decode(machine().entry, machine().prototype) as EntryFunction);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  inPool.add(loaded);
  native.async(loaded.memory, (error, result) => {
    inPool.delete(loaded);
    if (error === null || error === undefined) resolve(Number(result));
    else reject(error);
  });
  return promise;
}

interface EntryFunction {
  readonly async: (table: Buffer, done: (error: unknown, result: unknown) => void) => void;
}

let entryFunction: EntryFunction | undefined;

/** Memory that another thread works with must not be collected. */
const inPool = new Set<Loaded>();

/** What strerror(3) says: "No such file or directory". */
export function strerror(errno: number): string {
  strerrorFunction ??= machine().koffi.load(null).func("const char *strerror(int errnum)");
  return strerrorFunction(errno) as string;
}

let strerrorFunction: ((errno: number) => unknown) | undefined;

interface Machine {
  readonly koffi: typeof Koffi;
  /** The address of the interpreter's `long run(void *table)`. */
  readonly entry: bigint;
  readonly prototype: Koffi.TypeObject;
}

let loaded: Machine | undefined;

/**
 * The interpreter's code comes from a memfd that is mapped executable and never writable: no page is both, and arm64's
 * instruction cache is made coherent by the kernel, as it is for any mapped program.
 */
function machine(): Machine {
  if (loaded !== undefined) return loaded;
  const koffi = loadKoffi();
  const libc = koffi.load(null);
  const memfdCreate = libc.func("int memfd_create(const char *name, unsigned int flags)");
  const mmap = libc.func("void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)");
  // In a Worker, Node's own close warns about what its open did not open.
  const close = libc.func("int close(int fd)");
  const { code, run } = INTERPRETER[thisArchitecture()];
  const bytes = Buffer.from(code, "hex");
  const fd = memfdCreate("wb-interpreter", MFD.CLOEXEC) as number;
  if (fd < 0) throw new Error(`memfd_create("wb-interpreter", MFD_CLOEXEC): ${koffi.errno()}`);
  writeSync(fd, bytes);
  const page = koffi.address(mmap(null, bytes.length, PROT.READ | PROT.EXEC, MAP.PRIVATE, fd, 0));
  close(fd);
  if (page === 0xffff_ffff_ffff_ffffn)
    throw new Error(`mmap(NULL, ${bytes.length}, PROT_READ|PROT_EXEC, MAP_PRIVATE, memfd, 0): ${koffi.errno()}`);
  loaded = { koffi, entry: page + BigInt(run), prototype: koffi.proto("long wb_run(void *table)") };
  return loaded;
}
