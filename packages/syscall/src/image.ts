import { type Architecture, thisArchitecture } from "./architecture.ts";
import { relocate } from "./heap.ts";
import { INTERPRETER } from "./interpreter.generated.ts";
import type { Packed } from "./pack.ts";

/** Where an image's table lies in memory; the interpreter's entry has the same number (asm/interpreter-*.S). */
const IMAGE_TABLE = 0x41_1000;

/**
 * A static ELF executable of the interpreter and a packed Program, elf(5): the code in a read-only segment, the table in a
 * writable one, no segment both, and a stack that is not executable. The table may be used only once: its pointers are
 * made addresses in place.
 */
export function image(packed: Packed, architecture: Architecture = thisArchitecture()): Buffer {
  relocate(packed.bytes, packed.pointers, IMAGE_TABLE);
  const code = Buffer.from(INTERPRETER[architecture].code, "hex");
  const bytes = Buffer.alloc(TABLE_OFFSET + packed.bytes.length);
  fileHeader(architecture).copy(bytes, 0);
  const segments = [
    {
      type: PT.LOAD,
      flags: PF.R | PF.X,
      offset: 0,
      address: IMAGE_START,
      fileSize: CODE_OFFSET + code.length,
      memorySize: CODE_OFFSET + code.length,
    },
    {
      type: PT.LOAD,
      flags: PF.R | PF.W,
      offset: TABLE_OFFSET,
      address: IMAGE_TABLE,
      fileSize: packed.bytes.length,
      memorySize: packed.bytes.length + packed.zeros,
    },
    { type: PT.GNU_STACK, flags: PF.R | PF.W, offset: 0, address: 0, fileSize: 0, memorySize: 0 },
  ];
  segments.forEach((segment, index) => programHeader(segment).copy(bytes, 64 + 56 * index));
  code.copy(bytes, CODE_OFFSET);
  packed.bytes.copy(bytes, TABLE_OFFSET);
  return bytes;
}

const IMAGE_START = 0x40_0000;
const CODE_OFFSET = 0x100;
const TABLE_OFFSET = 0x1000;

/** Segments may share a page of the file, not of memory; arm64's pages have up to 64 KiB. */
const ALIGNMENT = 0x1_0000;

const PT = { LOAD: 1, GNU_STACK: 0x6474_e551 } as const;
const PF = { X: 1, W: 2, R: 4 } as const;
const EM: Readonly<Record<Architecture, number>> = { x64: 62, arm64: 183 };

/** `Elf64_Ehdr` */
function fileHeader(architecture: Architecture): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2 /* 64 bits */, 1 /* little-endian */, 1 /* EV_CURRENT */]);
  header.writeUInt16LE(2 /* ET_EXEC */, 16);
  header.writeUInt16LE(EM[architecture], 18);
  header.writeUInt32LE(1 /* EV_CURRENT */, 20);
  header.writeUInt32LE(IMAGE_START + CODE_OFFSET, 24); // e_entry
  header.writeUInt32LE(64, 32); // e_phoff
  header.writeUInt16LE(64, 52); // e_ehsize
  header.writeUInt16LE(56, 54); // e_phentsize
  header.writeUInt16LE(3, 56); // e_phnum
  return header;
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** `Elf64_Phdr` */
function programHeader({ type, flags, offset, address, fileSize, memorySize }: Segment): Buffer {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(flags, 4);
  header.writeUInt32LE(offset, 8);
  header.writeUInt32LE(address, 16); // p_vaddr
  header.writeUInt32LE(address, 24); // p_paddr
  header.writeUInt32LE(fileSize, 32);
  header.writeUInt32LE(memorySize, 40);
  header.writeUInt32LE(ALIGNMENT, 48);
  return header;
}
