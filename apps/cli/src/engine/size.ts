/** Powers of 1024 that docker and the kernel write with a letter. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/**
 * A size in bytes as docker reads it (go-units RAMInBytes): `64m`, `1.5g`, `512KiB`, `100`; undefined for what is none.
 *
 * @example
 * parseSize("64m"); // 67108864
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+) ?([bkmgtp]?)(?:i?b)?$/i.exec(text);
  const unit = UNITS[match?.[2]?.toLowerCase() ?? "none"];
  if (match?.[1] === undefined || unit === undefined) return undefined;
  const bytes = Math.floor(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
