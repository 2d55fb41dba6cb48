/**
 * A numeric field of a tar header: octal digits between spaces and NULs, or, where the first bit is set, a number to the
 * base 256 in two's complement (GNU tar, for what octal has no room for). Undefined for anything else, and for what a
 * number does not hold exactly.
 *
 * @example
 * tarNumber(Buffer.from("0000644\0"), 0, 8); // 0o644
 */
export function tarNumber(block: Uint8Array, offset: number, length: number): number | undefined {
  const first = block[offset] ?? 0;
  return (first & 0x80) === 0 ? octal(block, offset, offset + length) : base256(block, offset, offset + length);
}

/** A field of blanks alone is 0, as in the device numbers of what is no device. */
function octal(block: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  while (at < end && isBlank(block[at])) at++;
  let number = 0;
  for (; at < end; at++) {
    const digit = (block[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 7) break;
    number = number * 8 + digit;
  }
  while (at < end && isBlank(block[at])) at++;
  return at === end ? number : undefined;
}

const ZERO = 0x30;

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0;
}

function base256(block: Uint8Array, start: number, end: number): number | undefined {
  const first = block[start] ?? 0;
  const negative = (first & 0x40) !== 0;
  // Two's complement: a negative number is the complement of what its inverted bytes say.
  let number = (negative ? ~first : first) & 0x3f;
  for (let at = start + 1; at < end; at++) {
    const byte = block[at] ?? 0;
    number = number * 256 + (negative ? ~byte & 0xff : byte);
  }
  if (number > Number.MAX_SAFE_INTEGER) return undefined;
  return negative ? -1 - number : number;
}
