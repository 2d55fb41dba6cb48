import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { isExpectedSkip } from "./testing/src/expected-skips.ts";

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** `N passed, N failed, N skipped` */
export function describeTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
      readonly meta: { readonly skipped?: string };
    }[];
  }[];
}

export interface ReportOptions {
  /** Where titles begin. */
  readonly root: string;
  /** vitest's exit status: it fails for more than tests, an error outside of them, a file that does not load, a worker that died. */
  readonly status: number | null;
  /** A skip without a reason that is expected is a failure. */
  readonly mustRun: boolean;
  /** Of tools/expected-skips; by default the one of this process. */
  readonly place?: string;
  /** Called with a line for each failure and skip. */
  readonly say: (line: string) => void;
}

/** Counts what vitest's JSON report says. */
export function countTests(file: string, { root, status, mustRun, place, say }: ReportOptions): Totals {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const { testResults } = readReport(file);
  for (const { name, status: outcome, message, assertionResults } of testResults) {
    if (outcome === "failed" && assertionResults.length === 0) {
      total.failed++;
      say(`FAILED: ${relative(root, name)}: ${beginningOf(message)}`);
    }
    for (const { ancestorTitles, title, status: result, failureMessages, meta } of assertionResults) {
      const fullTitle = [relative(root, name), ...ancestorTitles.filter(Boolean), title].join(" > ");
      if (result === "passed" || result === "failed") {
        total[result]++;
        if (result === "failed") say(`FAILED: ${fullTitle}: ${beginningOf(failureMessages?.join("\n"))}`);
        continue;
      }
      // requires() itself fails what must run; here is every other way to skip a test.
      const isAllowed = !mustRun || meta.skipped !== undefined || isExpectedSkip([fullTitle], place);
      total[isAllowed ? "skipped" : "failed"]++;
      say(`${isAllowed ? "skipped" : "FAILED, skipped"}: ${fullTitle}: ${meta.skipped ?? "no reason given"}`);
    }
  }
  // A package without one test is a package whose tests were not found.
  const none = total.passed + total.failed + total.skipped === 0;
  if ((status !== 0 && total.failed === 0) || none) total.failed++;
  return total;
}

/** On one line: what went wrong, where and the first steps to there, for a reader who has no more than the end of a log. */
function beginningOf(message = "no message"): string {
  const lines = stripVTControlCharacters(message).split("\n");
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 12)
    .join(" | ")
    .slice(0, 1000);
}

/** One that is missing or not whole has no tests: whoever writes it last was stopped. */
function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch (error) {
    if (error instanceof SyntaxError || !existsSync(file)) return { testResults: [] };
    throw error;
  }
}
