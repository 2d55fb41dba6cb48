import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countTests, type ReportOptions } from "../../test-report.ts";
import { temporaryDirectory } from "../src/index.ts";

/** What countTests() makes of a report with one skipped test, or of a text, and what it says. */
function counted(report: object | string, options: Partial<ReportOptions> = {}) {
  using directory = temporaryDirectory();
  const file = join(directory.path, "report.json");
  writeFileSync(file, typeof report === "string" ? report : JSON.stringify(report));
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  return { said, ...countTests(file, { root: "/root", status: 0, mustRun: true, say, ...options }) };
}

function skipped(title: string, reason?: string) {
  const left = { ancestorTitles: ["suite"], title, status: "skipped", meta: { ...(reason && { skipped: reason }) } };
  const passed = { ancestorTitles: [], title: "other", status: "passed", meta: {} };
  return { testResults: [{ name: "/root/a.test.ts", status: "passed", assertionResults: [left, passed] }] };
}

test("countTests() fails a skip that gives no reason where everything must run", () => {
  const said = ["FAILED, skipped: a.test.ts > suite > one: no reason given"];
  expect(counted(skipped("one"))).toEqual({ passed: 1, failed: 1, skipped: 0, said });
  expect(counted(skipped("one"), { mustRun: false })).toMatchObject({ passed: 1, failed: 0, skipped: 1 });
  expect(counted(skipped("one", "requires it"))).toMatchObject({ passed: 1, failed: 0, skipped: 1 });
});

test("countTests() counts a report that is missing, cut off or empty as a failure", () => {
  const one = { passed: 0, failed: 1, skipped: 0 };
  expect(counted("", { status: 124 })).toMatchObject(one);
  expect(counted('{"testResults": [', { status: 125 })).toMatchObject(one);
  expect(counted({ testResults: [] })).toMatchObject(one);
  expect(countTests("/nowhere.json", { root: "/", status: 0, mustRun: true, say: () => {} })).toEqual(one);
});

test("countTests() says what failed, and how, on a line each", () => {
  const bad = {
    ancestorTitles: [],
    title: "two",
    status: "failed",
    failureMessages: ["\u001b[31mAssertionError\u001b[39m: expected 1\n    at a.test.ts:3:5\n"],
    meta: {},
  };
  const testResults = [
    { name: "/root/a.test.ts", status: "failed", assertionResults: [bad] },
    { name: "/root/b.test.ts", status: "failed", message: "no such module", assertionResults: [] },
  ];
  const said = [
    "FAILED: a.test.ts > two: AssertionError: expected 1 | at a.test.ts:3:5",
    "FAILED: b.test.ts: no such module",
  ];
  expect(counted({ testResults }, { status: 1 })).toEqual({ passed: 0, failed: 2, skipped: 0, said });
});
