/**
 * The whole check, what is fast first: static checks, the build, then all tests. Ends with `N passed, N failed, N skipped`, in
 * which every static check counts as one test, and exits with 1 if anything failed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { installDebianPackages } from "./debian.ts";
import { isExpectedSkip } from "./testing/src/expected-skips.ts";

const root = join(import.meta.dirname, "..");

const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["format", "oxfmt", "--check"],
  ["lint", "oxlint"],
  ["types", "tsc", "-p", "tsconfig.json"],
  ["build", "tools/build"],
  ["packages", "node", "tools/check-packages.ts"],
  ["unused code", "knip", "--no-config-hints"],
];

const isRoot = process.geteuid?.() === 0;
// Root in CI has everything: a test that does not run there would never run.
const mustRun = process.env["WB_TEST_MUST_RUN"] === "1" || (isRoot && process.env["CI"] === "true");

const total = { passed: 0, failed: 0, skipped: 0 };

if (isRoot) installDebianPackages(readFileSync(join(root, "tools/debian-packages"), "utf8"));
for (const check of checks) runCheck(...check);
runTests(process.argv.slice(2));

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

function runCheck(name: string, command: string, ...args: string[]): void {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0) console.log(error?.message ?? `${stdout}${stderr}`.trimEnd());
  total[status === 0 ? "passed" : "failed"]++;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly meta: { readonly skipped?: string };
    }[];
  }[];
}

function runTests(args: readonly string[]): void {
  const file = join(root, ".tools/test-results.json");
  rmSync(file, { force: true });
  const options = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = spawnSync("vitest", [...options, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, WB_TEST_MUST_RUN: mustRun ? "1" : "" },
  });
  const failedBefore = total.failed;
  if (existsSync(file)) countTests(JSON.parse(readFileSync(file, "utf8")) as Report);
  // vitest fails for more than tests: an error outside of them, a file that does not load, a worker that died.
  if (status !== 0 && total.failed === failedBefore) total.failed++;
}

function countTests({ testResults }: Report): void {
  for (const { name, status: outcome, assertionResults } of testResults) {
    if (outcome === "failed" && assertionResults.length === 0) total.failed++;
    for (const { ancestorTitles, title, status, meta } of assertionResults) {
      const fullTitle = [relative(root, name), ...ancestorTitles.filter(Boolean), title].join(" > ");
      if (status === "passed") total.passed++;
      else if (status === "failed") total.failed++;
      else countSkip(fullTitle, meta.skipped);
    }
  }
}

/** requires() itself fails what must run; here is every other way to skip a test. */
function countSkip(title: string, reason: string | undefined): void {
  const isAllowed = !mustRun || reason !== undefined || isExpectedSkip([title]);
  total[isAllowed ? "skipped" : "failed"]++;
  console.log(`${isAllowed ? "skipped" : "FAILED, skipped"}: ${title}: ${reason ?? "no reason given"}`);
}
