import { type TestAPI, test } from "vitest";
import { isExpectedSkip } from "./expected-skips.ts";
import { type Requirement, unmet } from "./requirement.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Why the test was skipped, for the summary of tools/test. */
    skipped?: string;
  }
}

/**
 * vitest's `test`, for tests that need something of the machine. Where that is missing they are skipped and say so:
 * `requires root (uid is 1000)`. With WB_TEST_MUST_RUN=1 they fail instead, unless tools/expected-skips has them.
 *
 * @example
 * requires("root", "cgroup_v1")("memory.limit_in_bytes holds the limit", () => { … });
 */
export function requires(...requirements: readonly Requirement[]): TestAPI {
  const missing = requirements.flatMap((word) => {
    const why = unmet(word);
    return why === undefined ? [] : [`${word} (${why})`];
  });
  if (missing.length === 0) return test;
  const sentence = `requires ${missing.join(", ")}`;
  const isExpected = (task: Titled): boolean =>
    isExpectedSkip([fullTitle(task), ...missing.map((reason) => `requires ${reason}`)]);

  return test.extend<{ requirements: void }>({
    requirements: [
      async ({ task, skip }, use) => {
        if (process.env["WB_TEST_MUST_RUN"] === "1" && !isExpected(task)) throw new Error(sentence);
        task.meta.skipped = sentence;
        skip(sentence);
        await use();
      },
      { auto: true },
    ],
  });
}

interface Titled {
  readonly name: string;
  readonly suite?: Titled | undefined;
  readonly file?: { readonly name: string };
}

function fullTitle(task: Titled): string {
  const names: string[] = [];
  for (let part: Titled | undefined = task; part; part = part.suite) names.unshift(part.name);
  return [task.file?.name ?? "", ...names].filter((name, index, all) => name && name !== all[index - 1]).join(" > ");
}
