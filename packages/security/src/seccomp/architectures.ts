import { AUDIT_ARCH } from "@wb/syscall";
import type { SeccompArchitecture } from "./oci-seccomp.ts";
import { AARCH64, ARM, X32, X86, X86_64 } from "./syscall-tables.generated.ts";

/** An ABI of Linux: how a filter knows its calls. */
export interface Abi {
  /** `arch` of `struct seccomp_data`. */
  readonly audit: number;
  /** The calls with this `arch` that are its: from this number, and up to the next ABI's. */
  readonly first: number;
  /** The numbers and names of its calls, counted from `first`. */
  readonly table: string;
  /** Bits of an argument: of 32-bit ABIs, only the lower ones count. */
  readonly bits: 32 | 64;
  /** Numbers of its own, beyond those that new calls have on all ABIs alike. */
  readonly own?: { readonly from: number; readonly to: number };
  /** Whether socket and IPC calls also go through socketcall(2) and ipc(2). */
  readonly isMultiplexed?: true;
}

/** __X32_SYSCALL_BIT, asm/unistd.h: x32 is x86-64 with this bit in the number. */
const X32_SYSCALL_BIT = 0x4000_0000;

/** The ABIs of the machines that wb runs on; undefined are those that a filter cannot meet there. */
export const ABIS: Readonly<Record<SeccompArchitecture, Abi | undefined>> = {
  SCMP_ARCH_X86_64: { audit: AUDIT_ARCH.X86_64, first: 0, table: X86_64, bits: 64 },
  SCMP_ARCH_X86: { audit: AUDIT_ARCH.I386, first: 0, table: X86, bits: 32, isMultiplexed: true },
  // Its arguments are registers of 64 bits, of which libseccomp compares 32: what the calls take of an int.
  SCMP_ARCH_X32: {
    audit: AUDIT_ARCH.X86_64,
    first: X32_SYSCALL_BIT,
    table: X32,
    bits: 32,
    own: { from: 512, to: 547 },
  },
  SCMP_ARCH_AARCH64: { audit: AUDIT_ARCH.AARCH64, first: 0, table: AARCH64, bits: 64 },
  SCMP_ARCH_ARM: { audit: AUDIT_ARCH.ARM, first: 0, table: ARM, bits: 32, own: { from: 0xf_0000, to: 0xf_ffff } },
  SCMP_ARCH_LOONGARCH64: undefined,
  SCMP_ARCH_M68K: undefined,
  SCMP_ARCH_MIPS: undefined,
  SCMP_ARCH_MIPS64: undefined,
  SCMP_ARCH_MIPS64N32: undefined,
  SCMP_ARCH_MIPSEL: undefined,
  SCMP_ARCH_MIPSEL64: undefined,
  SCMP_ARCH_MIPSEL64N32: undefined,
  SCMP_ARCH_PARISC: undefined,
  SCMP_ARCH_PARISC64: undefined,
  SCMP_ARCH_PPC: undefined,
  SCMP_ARCH_PPC64: undefined,
  SCMP_ARCH_PPC64LE: undefined,
  SCMP_ARCH_RISCV64: undefined,
  SCMP_ARCH_S390: undefined,
  SCMP_ARCH_S390X: undefined,
  SCMP_ARCH_SH: undefined,
  SCMP_ARCH_SHEB: undefined,
};

/** What a machine itself is, by the names of `process.arch`. */
export const NATIVE: Readonly<Record<Machine, SeccompArchitecture>> = {
  x64: "SCMP_ARCH_X86_64",
  arm64: "SCMP_ARCH_AARCH64",
};

/** The machines that wb runs on. */
export type Machine = "x64" | "arm64";

/** @throws Error on a machine that has no tables */
export function thisMachine(): Machine {
  const { arch } = process;
  if (arch === "x64" || arch === "arm64") return arch;
  throw new Error(`seccomp filters are made for x64 and arm64, and this machine is ${arch}`);
}
