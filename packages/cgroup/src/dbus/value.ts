/** A value of D-Bus: an array is an array, a struct and an entry of a dictionary, too. Types `x` and `t` are bigints. */
export type DbusValue = string | number | bigint | boolean | Variant | readonly DbusValue[];

/** A value that carries its type, `v`. */
export interface Variant {
  readonly type: string;
  readonly value: DbusValue;
}

/** @example variant("t", 64n) */
export function variant(type: string, value: DbusValue): Variant {
  return { type, value };
}

/** A value that must be a string. @throws TypeError */
export function stringOf(value: DbusValue | undefined): string {
  if (typeof value === "string") return value;
  throw new TypeError(`a string was expected from D-Bus, and ${typeof value} came`);
}
