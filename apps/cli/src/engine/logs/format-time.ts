import type { LogTime } from "./log-time.ts";

/** RFC 3339 with nine digits, in UTC, as `docker logs --timestamps` prints it: `2026-11-23T02:26:41.123456789Z`. */
export function formatTime({ sec, nsec }: LogTime): string {
  if (sec !== last.sec) last = { sec, text: secondsText(sec) };
  return `${last.text}.${String(nsec).padStart(9, "0")}Z`;
}

/** The lines of a log mostly have the second of the line before. */
let last = { sec: Number.NaN, text: "" };

/** The last moments that Date knows, for a file that nobody wrote: its years have six digits and a sign. */
const MOST_SECONDS = 8.64e12;

function secondsText(sec: number): string {
  const seconds = Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, sec));
  return new Date(seconds * 1000).toISOString().slice(0, -".000Z".length);
}
