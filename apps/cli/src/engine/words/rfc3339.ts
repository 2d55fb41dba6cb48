/**
 * A time as docker's JSON has it, RFC 3339 in UTC with as many digits as it has: `2026-01-31T15:04:05.25Z`; that of Go's zero time for 0,
 * which is never.
 *
 * @param time milliseconds since 1970, with a fraction
 */
export function rfc3339(time: number): string {
  if (time === 0) return "0001-01-01T00:00:00Z";
  const whole = Math.floor(time);
  const micros = Math.round((time - whole) * 1000) % 1000;
  const digits = `${String(((whole % 1000) + 1000) % 1000).padStart(3, "0")}${String(micros).padStart(3, "0")}`;
  const fraction = digits.replace(/0+$/, "");
  return `${new Date(whole).toISOString().slice(0, -".000Z".length)}${fraction === "" ? "" : `.${fraction}`}Z`;
}
