/** The digits of a number: 0.d1d2d3… × 10^point. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The fewest digits that tell a number from all others. */
export function shortestDecimal(size: number): Decimal {
  const [digits = "0", exponent = "0"] = size.toExponential().replace(".", "").split("e");
  return { digits, point: size === 0 ? 0 : Number(exponent) + 1 };
}

/** So many digits, rounded from the exact value, half to even: what toPrecision() rounds up. */
export function roundedDecimal(size: number, count: number): Decimal {
  if (size === 0) return { digits: "0".repeat(count), point: 1 };
  const { point } = shortestDecimal(size);
  // The shortest form may be a power of ten above the value: 9.999…e22 is 1e23.
  const [below, exact] = [point - 1, point].map((one) => ({
    point: one,
    digits: scaled(size, count - one).toString(),
  }));
  const found = below !== undefined && below.digits.length === count ? below : exact;
  if (found === undefined || found.digits.length === count) return found ?? { digits: "", point };
  return { digits: found.digits.slice(0, count), point: found.point + found.digits.length - count };
}

/** So many digits behind the point, rounded as above: what toFixed() rounds up, and cannot do from 1e21 on. */
export function fixed(size: number, places: number): string {
  const exact = Math.min(places, MOST_PLACES);
  const digits = scaled(size, exact)
    .toString()
    .padStart(exact + 1, "0");
  const whole = digits.slice(0, digits.length - exact);
  return places === 0 ? whole : `${whole}.${digits.slice(digits.length - exact).padEnd(places, "0")}`;
}

/** A double has no more digits behind the point. */
const MOST_PLACES = 1074;

/** size × 10^places, rounded half to even. */
function scaled(size: number, places: number): bigint {
  const { mantissa, exponent } = parts(size);
  const up = (exponent > 0 ? 2n ** BigInt(exponent) : 1n) * (places > 0 ? 10n ** BigInt(places) : 1n);
  const down = (exponent < 0 ? 2n ** BigInt(-exponent) : 1n) * (places < 0 ? 10n ** BigInt(-places) : 1n);
  const number = mantissa * up;
  const rest = (number % down) * 2n;
  const floor = number / down;
  return rest > down || (rest === down && floor % 2n === 1n) ? floor + 1n : floor;
}

/** mantissa × 2^exponent, as IEEE 754 has it. */
function parts(size: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}
