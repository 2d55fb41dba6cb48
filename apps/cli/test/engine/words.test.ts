import { describe, expect, test } from "vitest";
import { commandText } from "../../src/engine/words/command-text.ts";
import { humanDuration } from "../../src/engine/words/human-duration.ts";
import { percent } from "../../src/engine/words/percent.ts";
import { bytesSize, decimalSize } from "../../src/engine/words/sizes.ts";
import { type StatusFacts, statusText } from "../../src/engine/words/status-text.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// What go-units 0.5.0 prints.
test.for<[number, string]>([
  [-5 * SECOND, "Less than a second"],
  [0, "Less than a second"],
  [999, "Less than a second"],
  [1000, "1 second"],
  [1999, "1 second"],
  [2000, "2 seconds"],
  [59_999, "59 seconds"],
  [60_000, "About a minute"],
  [2 * MINUTE - 1, "About a minute"],
  [2 * MINUTE, "2 minutes"],
  [HOUR - 1, "59 minutes"],
  [HOUR, "About an hour"],
  [1.5 * HOUR - 1, "About an hour"],
  [1.5 * HOUR, "2 hours"],
  [47.4 * HOUR, "47 hours"],
  [47.5 * HOUR, "2 days"],
  [13 * DAY, "13 days"],
  [14 * DAY - HOUR, "13 days"],
  [14 * DAY - 0.5 * HOUR, "2 weeks"],
  [14 * DAY, "2 weeks"],
  [59 * DAY, "8 weeks"],
  [60 * DAY, "2 months"],
  [2 * 365 * DAY - HOUR, "24 months"],
  [2 * 365 * DAY, "2 years"],
  [10.5 * 365 * DAY, "10 years"],
])("humanDuration(%i) is %j", ([milliseconds, text]) => {
  expect(humanDuration(milliseconds)).toBe(text);
});

test.for<[number, string]>([
  [0, "0B"],
  [1, "1B"],
  [1000, "1000B"],
  [1023, "1023B"],
  [1024, "1KiB"],
  [10_368, "10.12KiB"],
  [10_624, "10.38KiB"],
  [1_048_575, "1024KiB"],
  [1_572_864, "1.5MiB"],
  [67_108_864, "64MiB"],
  [8_349_442_048, "7.776GiB"],
  [2 ** 63, "8EiB"],
])("bytesSize(%i) is %s", ([bytes, text]) => {
  expect(bytesSize(bytes)).toBe(text);
});

test.for<[number, string, string]>([
  [0, "0B", "0B"],
  [999, "999B", "999B"],
  [1000, "1kB", "1kB"],
  [1234, "1.23kB", "1.234kB"],
  [999_499, "999kB", "999.5kB"],
  [999_999, "1000kB", "1000kB"],
  [1_000_000, "1MB", "1MB"],
  [4_260_000, "4.26MB", "4.26MB"],
  [10_125_000, "10.1MB", "10.12MB"],
  [77_840_000_000, "77.8GB", "77.84GB"],
])("decimalSize(%i) is %s with 3 digits and %s with 4", ([bytes, three, four]) => {
  expect([decimalSize(bytes, 3), decimalSize(bytes)]).toEqual([three, four]);
});

test.for<[number, string]>([
  [0, "0.00%"],
  [0.125, "0.12%"],
  [0.375, "0.38%"],
  [2.675, "2.67%"],
  [99.999, "100.00%"],
  [401.5, "401.50%"],
])("percent(%f) is %s", ([value, text]) => {
  expect(percent(value)).toBe(text);
});

describe("statusText()", () => {
  const now = Date.UTC(2026, 0, 1);
  const facts: StatusFacts = {
    state: "running",
    exitCode: 137,
    startedAt: now - 5 * MINUTE,
    finishedAt: now - 3 * SECOND,
    health: "none",
  };

  test.for<[Partial<StatusFacts>, string]>([
    [{}, "Up 5 minutes"],
    [{ state: "paused" }, "Up 5 minutes (Paused)"],
    [{ state: "paused", health: "healthy" }, "Up 5 minutes (Paused)"],
    [{ startedAt: now - 2 * SECOND, health: "starting" }, "Up 2 seconds (health: starting)"],
    [{ health: "healthy" }, "Up 5 minutes (healthy)"],
    [{ health: "unhealthy" }, "Up 5 minutes (unhealthy)"],
    [{ state: "exited" }, "Exited (137) 3 seconds ago"],
    [{ state: "exited", health: "unhealthy" }, "Exited (137) 3 seconds ago"],
    [{ state: "restarting", exitCode: 1 }, "Restarting (1) 3 seconds ago"],
    [{ state: "created" }, "Created"],
    [{ state: "dead" }, "Dead"],
    [{ state: "removing" }, "Removal In Progress"],
  ])("of %j is %j", ([change, text]) => {
    expect(statusText({ ...facts, ...change }, now)).toBe(text);
  });
});

test("commandText() puts arguments with spaces between quotation marks, as docker ps does", () => {
  expect(commandText(["sh", "-c", "echo it's", "x"])).toBe("sh -c 'echo it's' x");
  expect(commandText(["/bin/my tool"])).toBe("/bin/my tool");
});
