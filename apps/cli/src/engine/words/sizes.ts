import { roundDecimal } from "./round-decimal.ts";

/** Bytes in powers of 1024, as docker stats shows memory (go-units, BytesSize): `1.5MiB`. */
export function bytesSize(bytes: number): string {
  return scaled(bytes, { base: 1024, units: BINARY, precision: 4 });
}

/**
 * Bytes in powers of 1000, as docker system df shows them (go-units, HumanSize): `1.2kB`. With a precision of 3, those of
 * docker ps --size and of the traffic in docker stats; 1e+03kB of docker's is 1000kB here.
 */
export function decimalSize(bytes: number, precision: 3 | 4 = 4): string {
  return scaled(bytes, { base: 1000, units: DECIMAL, precision });
}

interface Scale {
  readonly base: number;
  readonly units: readonly string[];
  /** Significant digits. */
  readonly precision: number;
}

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];
const DECIMAL = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

function scaled(bytes: number, { base, units, precision }: Scale): string {
  let size = bytes;
  let exponent = 0;
  for (; size >= base && exponent < units.length - 1; exponent++) size /= base;
  const whole = String(Math.trunc(size)).length;
  // Number() takes the zeros at the end away.
  return `${Number(roundDecimal(size, Math.max(0, precision - whole)))}${units[exponent]}`;
}
