/** A size in bytes as util-linux writes it for people: `11.8G`, powers of 1024 with one digit behind the point if it is not 0. */
export function humanSize(bytes: number): string {
  const exponent = Math.min(bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const unit = 1024 ** exponent;
  const whole = Math.floor(bytes / unit);
  const tenths = Math.floor((Math.floor(((bytes % unit) * 1000) / unit) + 50) / 100);
  const [shown, digit] = tenths === 10 ? [whole + 1, 0] : [whole, tenths];
  return `${shown}${digit === 0 ? "" : `.${digit}`}${bytes === 0 ? "" : UNITS[exponent]}`;
}

const UNITS = "BKMGTPE";
