/**
 * The complete types that a signature is made of: `["u", "a(sv)"]` for `ua(sv)`.
 *
 * D-Bus specification, "Type system". @throws TypeError for a signature that ends in the middle of a type, or has a
 * structure without members
 */
export function typesOf(signature: string): string[] {
  const types: string[] = [];
  for (let start = 0; start < signature.length;) {
    const end = endOfType(signature, start);
    types.push(signature.slice(start, end));
    start = end;
  }
  return types;
}

function endOfType(signature: string, start: number): number {
  const code = signature[start];
  if (code === undefined) throw new TypeError(`the D-Bus signature ${signature} ends in the middle of a type`);
  if (code === "a") return endOfType(signature, start + 1);
  const closing = code === "(" ? ")" : code === "{" ? "}" : undefined;
  if (closing === undefined) return start + 1;
  let at = start + 1;
  // Not allowed, and an array of what takes no bytes would never end.
  if (signature[at] === closing) throw new TypeError(`the D-Bus signature ${signature} has a structure of nothing`);
  while (signature[at] !== closing) at = endOfType(signature, at);
  return at + 1;
}

/** To a multiple of how many bytes each type is padded, by its first letter. */
export const ALIGNMENT: Readonly<Record<string, number>> = {
  y: 1,
  b: 4,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  x: 8,
  t: 8,
  d: 8,
  s: 4,
  o: 4,
  g: 1,
  v: 1,
  h: 4,
  a: 4,
  "(": 8,
  "{": 8,
};

/** The types of numbers, and how Node's Buffer calls them; both machines that wb runs on are little-endian. */
export const NUMBERS = {
  y: "UInt8",
  n: "Int16LE",
  q: "UInt16LE",
  i: "Int32LE",
  u: "UInt32LE",
  h: "UInt32LE",
  d: "DoubleLE",
} as const;

/** The types of 64 bits. */
export const BIG_NUMBERS = { x: "BigInt64LE", t: "BigUInt64LE" } as const;

export function isNumber(code: string): code is keyof typeof NUMBERS {
  return code in NUMBERS;
}

export function isBigNumber(code: string): code is keyof typeof BIG_NUMBERS {
  return code in BIG_NUMBERS;
}
