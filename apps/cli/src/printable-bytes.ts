import { isUtf8 } from "node:buffer";

/**
 * A name for the terminal, as `ls -b` writes it: controls, what changes the direction of text, and bytes that are no UTF-8
 * become `\x1b`. A backslash stays one: systemd's groups have `\x2d` in their names, which are given back to commands.
 */
export function printableBytes(bytes: Buffer): string {
  const parts: string[] = [];
  for (let rest = bytes; rest.length > 0;) {
    // No character of UTF-8 is the beginning of another.
    const length = [1, 2, 3, 4].find((count) => isUtf8(rest.subarray(0, count)));
    const part = rest.subarray(0, length ?? 1);
    const text = part.toString("utf8");
    parts.push(length === undefined || UNPRINTABLE.test(text) ? hex(part) : text);
    rest = rest.subarray(part.length);
  }
  return parts.join("");
}

/** Controls of C0 and C1, formats, among them all of the bidirectional algorithm, and separators of lines. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function hex(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
