import { assert, date, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { formatTime } from "../../src/engine/logs/format-time.ts";
import { parseLogTime } from "../../src/engine/logs/time.ts";

test("parseLogTime() reads what docker does, and names the flag of what it refuses", () => {
  expect(parseLogTime("since", "1.5m", 100_900)).toEqual({ sec: 10, nsec: 0 });
  expect(parseLogTime("since", "1969-12-31T23:59:59.25Z")).toEqual({ sec: -1, nsec: 250_000_000 });
  expect(() => parseLogTime("until", "7d")).toThrow(
    expect.objectContaining({
      name: "UserError",
      message: 'invalid value for "until": failed to parse value as time or duration: "7d"',
    }),
  );
});

test("parseLogTime() reads what formatTime() writes", () => {
  assert(
    property(
      date({ noInvalidDate: true, min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z") }),
      integer({ min: 0, max: 999_999_999 }),
      (moment, nsec) => {
        const time = { sec: Math.floor(moment.getTime() / 1000), nsec };
        expect(parseLogTime("until", formatTime(time))).toEqual(time);
      },
    ),
  );
});

test("formatTime() has nine digits and UTC", () => {
  expect(formatTime({ sec: 1_795_400_801, nsec: 1 })).toBe("2026-11-23T02:26:41.000000001Z");
  expect(formatTime({ sec: 1e300, nsec: 999_999_999 })).toBe("+275760-09-13T00:00:00.999999999Z");
});
