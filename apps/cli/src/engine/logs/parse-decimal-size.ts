/**
 * Bytes of a size as docker reads it for its logs, in powers of 1000 (go-units, FromHumanSize), where memory has powers of 1024:
 * `10m` is 10,000,000; undefined for what is none.
 */
export function parseDecimalSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp])?i?b?$/i.exec(text);
  if (match === null) return undefined;
  const power = "kmgtp".indexOf(match[2]?.toLowerCase() ?? "-") + 1;
  const bytes = Math.floor(Number(match[1]) * 1000 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
