/**
 * The number of a name in a table, where the OCI runtime-spec writes names as C does.
 *
 * @throws RangeError that names the field, the value and what is known
 */
export function numberOf(field: string, name: string, table: Readonly<Record<string, number>>): number {
  const number = Object.hasOwn(table, name) ? table[name] : undefined;
  if (number === undefined)
    throw new RangeError(`${field} is ${JSON.stringify(name)}: expected one of ${Object.keys(table).join(", ")}`);
  return number;
}

/** Names or-ed together. */
export function maskOf(field: string, names: readonly string[], table: Readonly<Record<string, number>>): number {
  return names.reduce((mask, name) => mask | numberOf(field, name, table), 0);
}

/** Names of a table of constants as C has them. */
export function withPrefix(prefix: string, table: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(table).map(([name, number]) => [prefix + name, number]));
}

/** A whole number between two others. @throws RangeError */
export function within(field: string, number: number, [least, most]: readonly [number, number]): number {
  if (!Number.isInteger(number) || number < least || number > most)
    throw new RangeError(`${field} is ${number}: expected ${least} to ${most}`);
  return number;
}
