import type { LogTime } from "../logs/log-time.ts";

/** RFC 3339 with nine digits in the time zone of this process, as docker events prints it; in UTC with a `Z`. */
export function localTime({ sec, nsec }: LogTime): string {
  const offset = -new Date(sec * 1000).getTimezoneOffset();
  const shifted = new Date((sec + offset * 60) * 1000).toISOString().slice(0, -".000Z".length);
  return `${shifted}.${String(nsec).padStart(9, "0")}${zone(offset)}`;
}

/** @param offset minutes east of UTC */
function zone(offset: number): string {
  if (offset === 0) return "Z";
  const minutes = Math.abs(offset);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
