import { readFileSync } from "node:fs";

const file = new URL("../../expected-skips", import.meta.url);
let patterns: readonly RegExp[] | undefined;

/**
 * Whether tools/expected-skips lists a skip: each of its lines is a pattern, in which `*` stands for anything, for a test's
 * full title (`path/of.test.ts > suite > title`) or for one of its reasons (`requires arm64 (this is x64)`).
 */
export function isExpectedSkip(titleAndReasons: readonly string[]): boolean {
  patterns ??= parse(readFileSync(file, "utf8"));
  return patterns.some((pattern) => titleAndReasons.some((text) => pattern.test(text)));
}

function parse(text: string): RegExp[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map(toRegExp);
}

function toRegExp(glob: string): RegExp {
  return new RegExp(`^${glob.replaceAll(/[\\^$.|?+()[\]{}]/gu, String.raw`\$&`).replaceAll("*", ".*")}$`, "u");
}
