/** Names of calls with consecutive numbers. */
interface Numbered {
  /** The number of the first. */
  readonly first: number;
  readonly names: readonly string[];
}

/** Reads a table of syscall-tables.generated.ts, by rising numbers. */
export function numberedNames(table: string): Numbered[] {
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [first, ...names] = line.split(" ");
      return { first: Number(first), names };
    });
}
