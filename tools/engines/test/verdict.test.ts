import { expect, test } from "vitest";
import type { Outcome } from "../case.ts";
import { verdict } from "../verdict.ts";

const good: Outcome = { status: 0, stdout: "it works\n", stderr: "", left: [], calls: "", seconds: 1 };
const one = { name: "a case", script: "true", shows: "works" };

test.each<[expected: string, runc: Partial<Outcome>, other: Partial<Outcome>]>([
  ["same", {}, {}],
  ["same", { seconds: 5 }, { calls: "0 create" }],
  ["words", {}, { stderr: "a warning" }],
  ["worse", {}, { status: 1 }],
  ["worse", {}, { stdout: "it fails" }],
  ["worse", {}, { stdout: "it works, too" }],
  ["worse", {}, { left: ["mount /x"] }],
  ["better", { status: 1 }, {}],
  ["better", { stdout: "it fails" }, {}],
  ["both fail", { status: 1 }, { status: 2 }],
  ["both fail", { stdout: "no" }, { stdout: "no" }],
])("verdict() is %s for %j and %j", (expected, runc, other) => {
  expect(verdict(one, { ...good, ...runc }, { ...good, ...other })).toBe(expected);
});
