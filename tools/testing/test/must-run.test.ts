import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../src/index.ts";

const root = join(import.meta.dirname, "../../..");

/** Runs a test file that needs a command nobody has, in a vitest of its own. */
async function outcome(env: Record<string, string>): Promise<string> {
  await using directory = temporaryDirectory();
  mkdirSync(join(directory.path, "test"));
  writeFileSync(
    join(directory.path, "test/example.test.ts"),
    `import { requires } from ${JSON.stringify(join(root, "tools/testing/src/index.ts"))};
     requires("command:no-such-command")("needs it", () => {});`,
  );
  const report = join(directory.path, "report.json");
  await execa("vitest", ["run", "--reporter=json", `--outputFile=${report}`, `--root=${directory.path}`], {
    preferLocal: true,
    localDir: root,
    env: { WB_TEST_MUST_RUN: "", ...env },
    reject: false,
  });
  const [result] = (JSON.parse(readFileSync(report, "utf8")) as Report).testResults[0]?.assertionResults ?? [];
  return `${result?.status}: ${result?.meta.skipped ?? result?.failureMessages[0]?.split("\n")[0]}`;
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      status: string;
      meta: { skipped?: string };
      failureMessages: readonly string[];
    }[];
  }[];
}

test("a test with an unmet requirement is skipped with the reason", async () => {
  expect(await outcome({})).toBe("skipped: requires command:no-such-command (not found in PATH)");
});

test("with WB_TEST_MUST_RUN=1 it fails with the same sentence", async () => {
  expect(await outcome({ WB_TEST_MUST_RUN: "1" })).toBe(
    "failed: Error: requires command:no-such-command (not found in PATH)",
  );
});
