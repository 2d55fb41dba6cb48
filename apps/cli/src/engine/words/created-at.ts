/**
 * A time as Go prints it, in the caller's time zone: `2026-01-31 15:04:05 +0100 CET`.
 *
 * @param time milliseconds since 1970
 */
export function createdAt(time: number, timeZone?: string): string {
  const [date = "", clock = "", zone = ""] = partsOf(time, timeZone);
  return `${date} ${clock} ${zone} ${abbreviation(time, timeZone) ?? zone}`;
}

/** The date, the time of day, and the offset as `+0100`. */
function partsOf(time: number, timeZone: string | undefined): string[] {
  const parts = new Map(
    new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "longOffset",
    })
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const offset = (parts.get("timeZoneName") ?? "").replace("GMT", "").replace(":", "");
  return [
    `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`,
    `${parts.get("hour")}:${parts.get("minute")}:${parts.get("second")}`,
    offset === "" ? "+0000" : offset,
  ];
}

/** The time zone's letters, which ICU knows in the locale of its country only; Go has those of the zone's file. */
function abbreviation(time: number, timeZone: string | undefined): string | undefined {
  const names = ["en-US", "en-GB", "en-AU"].map((locale) =>
    new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" })
      .formatToParts(time)
      .find(({ type }) => type === "timeZoneName")
      ?.value.trim(),
  );
  return names.find((name) => name !== undefined && /^[A-Z]+$/.test(name));
}
