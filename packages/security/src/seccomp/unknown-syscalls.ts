import { ABIS } from "./architectures.ts";
import type { OciSeccomp } from "./oci-seccomp.ts";
import { numberedNames } from "./syscall-table.ts";

/**
 * The names in a profile that no architecture with a table has: misspelt ones, calls newer than the tables, and those that
 * only other architectures have. Their rules are left out of the filter, so that a profile for many kernels works on all.
 */
export function unknownSyscalls({ syscalls }: OciSeccomp): string[] {
  const tables = Object.values(ABIS).flatMap((abi) => (abi === undefined ? [] : numberedNames(abi.table)));
  const known = new Set(tables.flatMap(({ names }) => names));
  const wanted = new Set((syscalls ?? []).flatMap((syscall) => syscall.names));
  return [...wanted].filter((name) => !known.has(name));
}
