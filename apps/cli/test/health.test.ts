import { describe, expect, test } from "vitest";
import { healthCheckOf } from "../src/engine/health/health-check-of.ts";
import { type Health, STARTING } from "../src/engine/health/health-file.ts";
import { withResult } from "../src/engine/health/with-result.ts";

const GIVEN = { interval: 0, timeout: 0, startPeriod: 0, startInterval: 0, retries: 0 };
const check = healthCheckOf({ health: { ...GIVEN, test: ["CMD-SHELL", "true"], startPeriod: 1000 } })!;

function after(codes: readonly number[], { sinceStart = 2000, from = STARTING } = {}): Health {
  return codes.reduce<Health>(
    (health, ExitCode) => withResult(health, { Start: "", End: "", ExitCode, Output: "" }, { check, sinceStart }),
    from,
  );
}

describe("withResult()", () => {
  test("counts failures in a row", () => {
    expect(after([1, 1])).toMatchObject({ Status: "starting", FailingStreak: 2 });
    expect(after([1, -1, 2])).toMatchObject({ Status: "unhealthy", FailingStreak: 3 });
    expect(after([1, 1, 0, 1])).toMatchObject({ Status: "healthy", FailingStreak: 1 });
  });

  test("does not count those of the start period before the first success", () => {
    expect(after([1, 1, 1], { sinceStart: 10 })).toMatchObject({ Status: "starting", FailingStreak: 0 });
    expect(after([0, 1, 1, 1], { sinceStart: 10 })).toMatchObject({ Status: "unhealthy" });
  });

  test("keeps the last five", () => {
    expect(after([1, 2, 3, 4, 5, 6]).Log.map(({ ExitCode }) => ExitCode)).toEqual([2, 3, 4, 5, 6]);
  });
});

test("healthCheckOf() has docker's defaults, and none for NONE", () => {
  expect(check).toMatchObject({ interval: 30_000, timeout: 30_000, retries: 3, command: ["/bin/sh", "-c", "true"] });
  expect(healthCheckOf({ health: { ...GIVEN, test: ["NONE"] } })).toBeUndefined();
  expect(healthCheckOf({ health: undefined })).toBeUndefined();
});
