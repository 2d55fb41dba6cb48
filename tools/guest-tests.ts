import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { countTests, type Totals } from "./test-report.ts";
import { isExpectedSkip } from "./testing/src/expected-skips.ts";
import { type Requirement, unmet } from "./testing/src/requirement.ts";

export interface GuestTestOptions {
  readonly root: string;
  /** Of a guest that cannot be had, too. */
  readonly mustRun: boolean;
  readonly say: (line: string) => void;
}

/** A guest for tools/vm, and what vitest runs in it: parts of paths. */
export interface GuestTests {
  readonly name: "v1" | "v2" | "systemd";
  readonly options: readonly string[];
  readonly files: readonly string[];
}

const containers = ["apps/cli/test/cgroup-layouts", "apps/cli/test/oci/layouts"];

/** What a pure v1 machine makes different: the machine itself has its controllers on v1, and the v2 tree beside them. */
const onV1 = ["apply.", "bad-input", "behaviour", "create", "devices", "freeze", "kill", "limits", "subsystems"];

/** This machine has one cgroup layout and one process 1; what these make different is tested with each of them. */
export const guests: readonly GuestTests[] = [
  { name: "v2", options: ["--cgroup", "v2"], files: ["packages/cgroup/test/", ...containers] },
  {
    name: "v1",
    options: ["--cgroup", "v1"],
    files: [...onV1.map((name) => `packages/cgroup/test/${name}`), ...containers],
  },
  { name: "systemd", options: ["--init", "systemd"], files: ["packages/cgroup/test/scope", "apps/cli/test/systemd"] },
];

const needed: readonly Requirement[] = ["root", "x64", "command:apt-get", "command:qemu-system-x86_64"];

/**
 * Runs kernel tests in one boot of a guest, and counts them. Where no guest can be had, that is one skipped test. Emulated, a
 * guest waits for much: several run at once, and what they print is told when they have ended.
 */
export async function runGuestTests(
  { name, options, files }: GuestTests,
  { root, mustRun, say }: GuestTestOptions,
): Promise<Totals> {
  const place = `${name}-guest`;
  const missing = needed.flatMap((word) => {
    const why = unmet(word);
    return why === undefined ? [] : [`requires ${word} (${why})`];
  });
  if (missing.length > 0) {
    const isAllowed = !mustRun || isExpectedSkip(missing, place);
    say(`${name} guest: ${isAllowed ? "skipped" : "FAILED, skipped"}: all of its tests: ${missing.join(", ")}`);
    return { passed: 0, failed: isAllowed ? 0 : 1, skipped: isAllowed ? 1 : 0 };
  }
  const report = join(root, `.tools/test-results-${place}.json`);
  const log = join(root, `.tools/test-log-${place}.txt`);
  const status = await writeOutput(
    { report, log },
    [process.execPath, join(root, "tools/vm/main.ts"), ...guestArguments(options, files)],
    {
      cwd: root,
      env: { ...process.env, WB_TEST_PLACE: place, WB_TEST_MUST_RUN: mustRun ? "1" : "" },
    },
  );
  say(`\ntests in the ${name} guest\n${readFileSync(log, "utf8")}`);
  return countTests(report, { root, status, mustRun, place, say: (line) => say(`${name} guest: ${line}`) });
}

/** The report comes out of the guest as its stdout: nothing that is written in it stays. */
function guestArguments(options: readonly string[], files: readonly string[]): string[] {
  const report = "/tmp/wb-test-results.json";
  // What one process has compiled, TypeScript most of all, the next one of the same guest need not.
  const script = `NODE_COMPILE_CACHE=/tmp/wb-compile-cache "$@" >&2; status=$?; cat ${report}; exit $status`;
  const patience = ["--testTimeout=300000", "--hookTimeout=300000"]; // Node is ten times slower there
  const vitest = ["vitest", "run", ...files, "--project=kernel", "--project=containers", "--no-isolate", ...patience];
  const reporters = ["--reporter=verbose", "--reporter=json", `--outputFile.json=${report}`];
  return [...options, "--timeout", "1200", "--", "sh", "-c", script, "sh", ...vitest, ...reporters];
}

interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Files {
  readonly report: string;
  readonly log: string;
}

/** Stdout is the report, stderr the log. @returns the exit status, null after a signal */
async function writeOutput(files: Files, argv: readonly string[], options: Place): Promise<number | null> {
  const [command = "", ...args] = argv;
  mkdirSync(dirname(files.report), { recursive: true });
  const outputs = [files.report, files.log].map((file) => openSync(file, "w"));
  try {
    const child = spawn(command, args, { ...options, stdio: ["ignore", ...outputs] });
    const [status] = (await once(child, "exit")) as [number | null];
    return status;
  } finally {
    outputs.forEach(closeSync);
  }
}
