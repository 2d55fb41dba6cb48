import { describe, expect, test } from "vitest";
import { type ContainerEnd, restartDelay, startsAtBoot } from "../../src/engine/restart/restart-decision.ts";
import { parseRestartPolicy, type RestartPolicy } from "../../src/engine/restart/restart-policy.ts";
import type { UserError } from "../../src/user-error.ts";

describe("parseRestartPolicy()", () => {
  test.for<[string, RestartPolicy["name"], number]>([
    ["", "no", 0],
    ["no", "no", 0],
    ["always", "always", 0],
    ["always:0", "always", 0],
    ["unless-stopped", "unless-stopped", 0],
    ["on-failure", "on-failure", 0],
    ["on-failure:", "on-failure", 0],
    ["on-failure:5", "on-failure", 5],
    ["on-failure:+5", "on-failure", 5],
  ])("reads %j", ([text, name, maximumRetryCount]) => {
    expect(parseRestartPolicy(text)).toEqual({ name, maximumRetryCount });
  });

  test.for([
    [":1", "invalid restart policy format: no policy provided before colon"],
    ["on-failure:x", "invalid restart policy format: maximum retry count must be an integer"],
    ["on-failure:1:2", "invalid restart policy format: maximum retry count must be an integer"],
    ["on-failure:1.5", "invalid restart policy format: maximum retry count must be an integer"],
    ["on-failure:-1", "invalid restart policy: maximum retry count cannot be negative"],
    ["always:3", "invalid restart policy: maximum retry count can only be used with 'on-failure'"],
    ["no:-3", "invalid restart policy: maximum retry count can only be used with 'on-failure' and cannot be negative"],
    [
      "Always",
      "invalid restart policy: unknown policy 'Always'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
    ],
  ])("refuses %j", ([text, reason]) => {
    expect(() => parseRestartPolicy(text!)).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: `invalid argument ${JSON.stringify(text)} for "--restart" flag: ${reason}`,
      }) as UserError,
    );
  });
});

const failed: ContainerEnd = { exitCode: 1, stoppedByHand: false, restarts: 0 };

test.for<[string, Partial<ContainerEnd>, boolean, boolean]>([
  ["no", {}, false, false],
  ["always", { exitCode: 0 }, true, true],
  ["always", { stoppedByHand: true }, false, true],
  ["always", { restarts: 1000 }, true, true],
  ["unless-stopped", { exitCode: 0 }, true, true],
  ["unless-stopped", { stoppedByHand: true }, false, false],
  ["on-failure", {}, true, true],
  ["on-failure", { exitCode: 0 }, false, false],
  ["on-failure", { exitCode: 137, stoppedByHand: true }, false, true],
  ["on-failure", { restarts: 1000 }, true, true],
  ["on-failure:3", { restarts: 2 }, true, true],
  ["on-failure:3", { restarts: 3 }, false, false],
])("%s starts what ended with %j again: %j, and at boot: %j", ([text, change, restarts, atBoot]) => {
  const policy = parseRestartPolicy(text);
  const end = { ...failed, ...change };
  expect(restartDelay(policy, end, { ranFor: 0, lastDelay: 0 })).toBe(restarts ? 100 : undefined);
  expect(startsAtBoot(policy, end)).toBe(atBoot);
});

describe("restartDelay()", () => {
  const policy = parseRestartPolicy("always");

  test("doubles up to a minute", () => {
    const delays: number[] = [];
    for (let lastDelay = 0; delays.length < 12; delays.push(lastDelay))
      lastDelay = restartDelay(policy, failed, { ranFor: 9999, lastDelay }) ?? Number.NaN;
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
  });

  test("begins anew after ten seconds of running", () => {
    expect(restartDelay(policy, failed, { ranFor: 10_000, lastDelay: 60_000 })).toBe(100);
  });
});
