import type { ImageHealthcheck } from "../layout/image-config.ts";
import { quotedList } from "./go-format.ts";

/** A health check as docker's history has it: Go's `%q` of a struct. */
export function healthcheckText({
  Test,
  Interval = 0,
  Timeout = 0,
  StartPeriod = 0,
  Retries = 0,
}: ImageHealthcheck): string {
  const times = [Interval, Timeout, StartPeriod].map((time) => `"${goDuration(time)}"`).join(" ");
  return `&{${quotedList(Test ?? [])} ${times} '\\x${Retries.toString(16).padStart(2, "0")}'}`;
}

/** Go's Duration.String. @param time nanoseconds */
function goDuration(time: number): string {
  if (time === 0) return "0s";
  const seconds = time / 1e9;
  if (seconds < 1) return time % 1e6 === 0 ? `${time / 1e6}ms` : `${time}ns`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = seconds % 60;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
