import { readFileSync } from "node:fs";

const file = new URL("../../expected-skips", import.meta.url);
let lines: readonly Line[] | undefined;

interface Line {
  readonly pattern: RegExp;
  /** The places that it holds in; all where there is none. */
  readonly places: readonly string[];
}

/**
 * Whether tools/expected-skips lists a skip: each of its lines is a pattern, in which `*` stands for anything, for a test's
 * full title (`path/of.test.ts > suite > title`) or for one of its reasons (`requires arm64 (this is x64)`). The place is
 * what tools/test.ts calls a machine with one layout of cgroups: `v2-guest`.
 */
export function isExpectedSkip(
  titleAndReasons: readonly string[],
  place: string = process.env["WB_TEST_PLACE"] ?? "host",
): boolean {
  lines ??= parse(readFileSync(file, "utf8"));
  const here = lines.filter(({ places }) => places.length === 0 || places.includes(place));
  return here.some(({ pattern }) => titleAndReasons.some((text) => pattern.test(text)));
}

function parse(text: string): Line[] {
  let places: readonly string[] = [];
  return text.split("\n").flatMap((line) => {
    if (line === "" || line.startsWith("#")) return [];
    const [, section] = /^\[(.*)\]$/u.exec(line) ?? [];
    if (section === undefined) return { pattern: toRegExp(line), places };
    places = section.split(" ");
    return [];
  });
}

function toRegExp(glob: string): RegExp {
  return new RegExp(`^${glob.replaceAll(/[\\^$.|?+()[\]{}]/gu, String.raw`\$&`).replaceAll("*", ".*")}$`, "u");
}
