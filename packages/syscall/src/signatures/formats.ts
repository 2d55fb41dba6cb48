import type { Format, Names, Signature } from "../signature.ts";
import type { SyscallName } from "../uapi/syscalls.generated.ts";

/** Some system calls and their parameters. */
export type Signatures = Readonly<Partial<Record<SyscallName, Signature>>>;

/** Some system calls that have parameters whose formats depend on another one. */
export type Variants = Readonly<Partial<Record<SyscallName, Variant>>>;

/** How the value of one parameter changes the formats of others. */
interface Variant {
  /** The position of the parameter that decides. */
  readonly by: number;
  /** What its values are called. */
  readonly names: Names;
  /** For some of these names, the parameters whose formats differ. */
  readonly formats: Readonly<Record<string, Signature>>;
}

/**
 * Or-ed names from tables, each with the prefix of its names.
 *
 * @param zero what 0 is called
 * @example
 * flags({ MNT_: MNT, UMOUNT_: UMOUNT }); // MNT_DETACH|UMOUNT_NOFOLLOW
 */
export function flags(tables: Readonly<Record<string, Names>>, zero?: string): Format {
  const { prefix, names } = merge(tables);
  return zero === undefined ? { flags: names, prefix } : { flags: names, prefix, zero };
}

/** One name from tables, each with the prefix of its names. */
export function oneOf(tables: Readonly<Record<string, Names>>): Format {
  const { prefix, names } = merge(tables);
  return { oneOf: names, prefix };
}

/** One table stays as it is; the names of several are written out. */
function merge(tables: Readonly<Record<string, Names>>): { prefix: string; names: Names } {
  const [first, second] = Object.entries(tables);
  if (first !== undefined && second === undefined) return { prefix: first[0], names: first[1] };
  const rows = Object.entries(tables).flatMap(([prefix, names]) =>
    Object.entries(names).map(([name, number]) => [prefix + name, number] as const),
  );
  return { prefix: "", names: Object.fromEntries(rows) };
}
