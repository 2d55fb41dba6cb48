import { formatTime } from "./format-time.ts";
import type { LogLines } from "./lines.ts";

/** The bytes that are written for lines: with `timestamps`, the time of each stands before it, as docker has it. */
export function formatLines(lines: readonly LogLines[], timestamps: boolean): Buffer {
  if (timestamps) return withTimes(lines);
  const [first] = lines;
  return lines.length === 1 && first !== undefined ? first.bytes : Buffer.concat(lines.map(({ bytes }) => bytes));
}

function withTimes(lines: readonly LogLines[]): Buffer {
  // Room for one line of each, which is what they are where a program writes line by line.
  let output: Buffer = Buffer.allocUnsafeSlow(lines.reduce((sum, { bytes }) => sum + bytes.length + TIME_LENGTH, 0));
  let at = 0;
  for (const one of lines) {
    const { bytes, isLineStart } = one;
    const time = `${formatTime(one)} `;
    for (let start = 0; start < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline === -1 ? bytes.length : newline + 1;
      if (output.length < at + TIME_LENGTH + end - start) output = grown(output, at + TIME_LENGTH + end - start);
      if (start > 0 || isLineStart) at += output.write(time, at, "latin1");
      at += bytes.copy(output, at, start, end);
      start = end;
    }
  }
  return output.subarray(0, at);
}

const NEWLINE = 10;

/** With the space, and for years after 9999, which have a sign and two digits more. */
const TIME_LENGTH = 34;

function grown(bytes: Buffer, least: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(2 * least);
  bytes.copy(larger);
  return larger;
}
