import { assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { sharesToWeight, weightToShares } from "../src/convert.ts";

const shares = integer({ min: 2, max: 262_144 });
const weight = integer({ min: 1, max: 10_000 });

describe("sharesToWeight()", () => {
  // The first seven are the cases of runc's own test, utils_test.go of opencontainers/cgroups 0.0.5.
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [1024, 100],
    [262_143, 10_000],
    [262_144, 10_000],
    [262_145, 10_000],
    [512, 59],
    [2048, 174],
  ])("makes %d shares the weight %d", (given, expected) => {
    expect(sharesToWeight(given)).toBe(expected);
  });

  it("is never below 1 nor above 10000, and never falls", () => {
    assert(
      property(shares, shares, (a, b) => {
        const [less, more] = [sharesToWeight(Math.min(a, b)), sharesToWeight(Math.max(a, b))];
        expect(less).toSatisfy(Number.isInteger);
        expect(less).toBeGreaterThanOrEqual(1);
        expect(more).toBeLessThanOrEqual(10_000);
        expect(less).toBeLessThanOrEqual(more);
      }),
    );
  });
});

describe("weightToShares()", () => {
  it.each([
    [1, 2],
    [100, 1024],
    [10_000, 262_144],
  ])("makes the weight %d %d shares", (given, expected) => {
    expect(weightToShares(given)).toBe(expected);
  });

  it("gives shares whose weight is the one that was given, for every weight", () => {
    for (let each = 1; each <= 10_000; each++) expect(sharesToWeight(weightToShares(each))).toBe(each);
  });

  it("gives the greatest of them, within 2 and 262144", () => {
    assert(
      property(weight, (given) => {
        const found = weightToShares(given);
        expect(found).toBeGreaterThanOrEqual(2);
        expect(found).toBeLessThanOrEqual(262_144);
        expect(sharesToWeight(found + 1)).toBeGreaterThan(Math.min(given, 9_999));
      }),
    );
  });
});
