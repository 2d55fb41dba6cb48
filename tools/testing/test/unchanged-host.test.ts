import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../src/index.ts";

const root = join(import.meta.dirname, "../../..");

/** What becomes of tests, of which the first leaves a file open, in a vitest of its own. */
async function outcomes(): Promise<string[]> {
  await using directory = temporaryDirectory();
  mkdirSync(join(directory.path, "test"));
  writeFileSync(
    join(directory.path, "test/example.test.ts"),
    `import { closeSync, openSync } from "node:fs";
     import { afterEach, test } from "vitest";
     import { leavesHostUnchanged } from ${JSON.stringify(join(root, "tools/testing/src/index.ts"))};
     let fd;
     afterEach(() => fd && closeSync(fd));
     leavesHostUnchanged();
     test("leaves a file open", () => void openSync("/etc/passwd"));
     test("leaves nothing", () => undefined);
     test("has afterEach() close a file", () => void (fd = openSync("/etc/passwd")));`,
  );
  const report = join(directory.path, "report.json");
  await execa("vitest", ["run", "--reporter=json", `--outputFile=${report}`, `--root=${directory.path}`], {
    preferLocal: true,
    localDir: root,
    reject: false,
  });
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ title, status, failureMessages }) =>
      [`${title}: ${status}`, ...failureMessages].join("\n"),
    ),
  );
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { title: string; status: string; failureMessages: readonly string[] }[];
  }[];
}

test("leavesHostUnchanged() fails a test that leaves something, and no other", { timeout: 30_000 }, async () => {
  const [first, second, third] = await outcomes();
  expect(first).toContain("leaves a file open: failed\nAssertionError: expected");
  expect(second).toBe("leaves nothing: passed");
  expect(third).toBe("has afterEach() close a file: passed");
});
