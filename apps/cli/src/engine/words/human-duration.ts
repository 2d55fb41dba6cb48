/**
 * How long something took, as docker says it (go-units, HumanDuration): `Less than a second`, `About a minute`, `3 weeks`.
 *
 * @param milliseconds negative where clocks disagree
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < 1) return "Less than a second";
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.floor(milliseconds / MINUTE);
  if (minutes < 60) return minutes === 1 ? "About a minute" : `${minutes} minutes`;
  // Rounded, alone of all units.
  const hours = Math.floor(milliseconds / HOUR + 0.5);
  if (hours === 1) return "About an hour";
  const [unit, size] = UNITS.find(([, , below]) => hours < below) ?? YEARS;
  return `${Math.floor((unit === "years" ? Math.floor(milliseconds / HOUR) : hours) / size)} ${unit}`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24;

/** Each in hours, and below how many hours it is the unit: that is what keeps all of them plural. */
const UNITS: readonly (readonly [unit: string, size: number, below: number])[] = [
  ["hours", 1, 2 * DAY],
  ["days", DAY, 2 * 7 * DAY],
  ["weeks", 7 * DAY, 2 * 30 * DAY],
  ["months", 30 * DAY, 2 * 365 * DAY],
];
const YEARS = ["years", 365 * DAY] as const;
