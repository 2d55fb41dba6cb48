import { SYSCALLS_ARM64, SYSCALLS_X64, type SyscallName } from "./uapi/syscalls.generated.ts";

/** The architectures that have an interpreter, by the names of `process.arch`. */
export type Architecture = "x64" | "arm64";

const SYSCALLS: Readonly<Record<Architecture, Readonly<Partial<Record<SyscallName, number>>>>> = {
  x64: SYSCALLS_X64,
  arm64: SYSCALLS_ARM64,
};

/** @throws Error on a machine that has no interpreter */
export function thisArchitecture(): Architecture {
  const { arch } = process;
  if (arch === "x64" || arch === "arm64") return arch;
  throw new Error(`wb runs on x64 and arm64, and this machine is ${arch}`);
}

/**
 * The number of a system call, syscalls(2).
 *
 * @throws TypeError for one that the architecture lacks: arm64 has no `open`, `mkdir`, `pause` or `fork`, but what replaced them
 */
export function syscallNumber(name: SyscallName, architecture: Architecture): number {
  const number = SYSCALLS[architecture][name];
  if (number === undefined) throw new TypeError(`${name} is no system call of ${architecture}`);
  return number;
}
