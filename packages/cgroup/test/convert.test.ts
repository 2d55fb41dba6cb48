import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sharesToWeight, weightToShares } from "../src/convert.ts";

const shares = fc.integer({ min: 2, max: 262_144 });
const weight = fc.integer({ min: 1, max: 10_000 });

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
    fc.assert(
      fc.property(shares, shares, (a, b) => {
        const [less, more] = [sharesToWeight(Math.min(a, b)), sharesToWeight(Math.max(a, b))];
        return Number.isInteger(less) && less >= 1 && more <= 10_000 && less <= more;
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
    fc.assert(
      fc.property(weight, (given) => {
        const found = weightToShares(given);
        return found >= 2 && found <= 262_144 && (given === 10_000 || sharesToWeight(found + 1) > given);
      }),
    );
  });
});
