/**
 * The whole check, what is fast first: static checks, the build, all tests, and those that guests with other cgroup layouts
 * run. Ends with `N passed, N failed, N skipped`, in which every static check counts as one test, and exits with 1 if
 * anything failed.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installDebianPackages } from "./debian.ts";
import { guests, runGuestTests } from "./guest-tests.ts";
import { countTests, describeTotals, type Totals } from "./test-report.ts";

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

const total: Totals = { passed: 0, failed: 0, skipped: 0 };

if (isRoot && !isOpenToOthers()) {
  console.error(`${root} cannot be entered by ordinary users, as whom some tests run
hint: chmod o+x the directories above it, or clone to another place: /srv`);
  process.exit(1);
}
if (isRoot) installDebianPackages(readFileSync(join(root, "tools/debian-packages"), "utf8"));
for (const check of checks) runCheck(...check);
const chosen = process.argv.slice(2);
runTests(chosen);
// Who chooses tests wants those, and not on other machines.
if (chosen.length === 0)
  for (const totals of await Promise.all(
    guests.map((guest) => runGuestTests(guest, { root, mustRun, say: console.log })),
  ))
    add(totals);

console.log(`\n${describeTotals(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** setpriv(1): the tests' ordinary user is 65534. */
function isOpenToOthers(): boolean {
  const argv = ["--reuid=65534", "--regid=65534", "--clear-groups", "test", "-r", join(root, "package.json")];
  const { status, error } = spawnSync("setpriv", argv);
  return error !== undefined || status === 0;
}

function runCheck(name: string, command: string, ...args: string[]): void {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0) console.log(error?.message ?? `${stdout}${stderr}`.trimEnd());
  total[status === 0 ? "passed" : "failed"]++;
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
  add(countTests(file, { root, status, mustRun, say: console.log }));
}

function add({ passed, failed, skipped }: Totals): void {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
