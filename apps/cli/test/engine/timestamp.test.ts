import { expect, test } from "vitest";
import { timestamp } from "../../src/engine/words/timestamp.ts";
import { UserError } from "../../src/user-error.ts";

const now = Date.parse("2026-11-23T12:00:00.750Z");

// Those of moby's api/types/time/timestamp_test.go, in a machine whose zone is UTC.
test.each([
  ["2006-01-02T15:04:05.999999999+07:00", "1136189045.999999999"],
  ["2006-01-02T15:04:05.999999999Z", "1136214245.999999999"],
  ["2006-01-02T15:04:05Z", "1136214245.000000000"],
  ["2006-01-02T15:04Z", "1136214240.000000000"],
  ["2006-01-02T15:04+00:00", "1136214240.000000000"],
  ["2006-01-02T15:04-00:00", "1136214240.000000000"],
  ["2006-01-02T15Z", "1136214000.000000000"],
  ["2006-01-02T15+00:00", "1136214000.000000000"],
  ["2006-01-02T15-00:00", "1136214000.000000000"],
  ["2006-01-02T1Z", "1136163600.000000000"],
  ["2006-01-02+00:00", "1136160000.000000000"],
  ["2006-01-02-00:00", "1136160000.000000000"],
  ["2006-01-02-00:01", "1136160060.000000000"],
  ["2006-01-02Z", "1136160000.000000000"],
  ["2015-05-13T20:39:09Z", "1431549549.000000000"],
  ["2006-01-02T15:04:05.5Z", "1136214245.500000000"],
  ["0026-01-02Z", "-61346592000.000000000"],
  ["1136073600", "1136073600.000000000"],
  ["0", "0.000000000"],
  ["1136073600.000000001", "1136073600.000000001"],
  ["1136073600.0000000010", "1136073600.000000001"],
  ["1136073600.00000001", "1136073600.000000010"],
  ["1136073600.5", "1136073600.500000000"],
  ["1m", "1795435140.000000000"],
  ["1.5h", "1795429800.000000000"],
  ["1h30m", "1795429800.000000000"],
  ["-1m", "1795435260.000000000"],
])("timestamp() reads %s as docker does", (text, expected) => {
  expect(seconds(text)).toBe(expected);
});

test.each(["2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15", "2006-01-02"])(
  "timestamp() takes %s in the zone of this machine",
  (text) => {
    const offset = -new Date(now).getTimezoneOffset() * 60;
    const utc = timestamp(text.includes(".") ? `${text}Z` : `${text}+00:00`, now);
    expect(timestamp(text, now)).toBe(utc - BigInt(offset) * 1_000_000_000n);
  },
);

// The words of a docker client, as its time.Parse has them.
test.each([
  ["invalid", 'failed to parse value as time or duration: "invalid"'],
  ["", 'failed to parse value as time or duration: ""'],
  ["7d", 'failed to parse value as time or duration: "7d"'],
  ["13:50", 'failed to parse value as time or duration: "13:50"'],
  ["1136073600.bar", 'failed to parse value as time or duration: "1136073600.bar"'],
  ["foo.bar", 'failed to parse value as time or duration: "foo.bar"'],
  ["2006-13-02Z", 'parsing time "2006-13-02Z": month out of range'],
  ["2006-02-30Z", 'parsing time "2006-02-30Z": day out of range'],
  ["2006-01-02T24Z", 'parsing time "2006-01-02T24Z": hour out of range'],
  ["2006-01-02T15:60Z", 'parsing time "2006-01-02T15:60Z": minute out of range'],
  ["2006-01-02T15:04:60Z", 'parsing time "2006-01-02T15:04:60Z": second out of range'],
  ["2006-1-02", 'parsing time "2006-1-02" as "2006-01-02": cannot parse "1-02" as "01"'],
  [
    "2006-01-02T15:04:0Z",
    'parsing time "2006-01-02T15:04:0Z" as "2006-01-02T15:04:05Z07:00": cannot parse "0Z" as "05"',
  ],
  ["2006-01-02TZ", 'parsing time "2006-01-02TZ" as "2006-01-02T15Z07:00": cannot parse "Z" as "15"'],
  ["2006-01-02 15:04:05", 'parsing time "2006-01-02 15:04:05": extra text: " 15:04:05"'],
  ["-5", 'parsing time "-5" as "2006-01-02": cannot parse "-5" as "2006"'],
])("timestamp() refuses %j in docker's words", (text, reason) => {
  expect(messageOf(() => timestamp(text, now))).toBe(reason);
});

function seconds(text: string): string {
  const nanoseconds = timestamp(text, now);
  const fraction = ((nanoseconds % SECOND) + SECOND) % SECOND;
  return `${(nanoseconds - fraction) / SECOND}.${String(fraction).padStart(9, "0")}`;
}

const SECOND = 1_000_000_000n;

function messageOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof UserError) return error.message;
  }
  return "no UserError";
}
