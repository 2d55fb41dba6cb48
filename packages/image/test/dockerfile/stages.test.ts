import { expect, test } from "vitest";
import { buildStages, dockerignore, parseDockerfile } from "../../src/index.ts";

const stages = (text: string, options = {}) => buildStages(parseDockerfile(text), options);

test("buildStages() expands FROM by the arguments before it, and those alone", () => {
  const text =
    "# syntax=docker/dockerfile:1\nARG V=1\nARG IMAGE=base:$V\nFROM --platform=$TARGETPLATFORM ${IMAGE} as Base\nARG V=2\n";
  expect(stages(text, { platformArgs: { TARGETPLATFORM: "linux/amd64" } })).toMatchObject([
    { name: "base", base: "base:1", platform: "linux/amd64", needs: [] },
  ]);
  expect(stages(text, { buildArgs: { V: "3" } })[0]!.base).toBe("base:3");
});

test("buildStages() leaves out what the target does not need", () => {
  const text =
    "FROM a AS one\nFROM b AS two\nFROM one AS three\nCOPY --from=1 /x /x\nFROM c AS unused\nFROM d\nRUN --mount=type=bind,from=three,target=/m x\nCOPY --from=image:1 /y /y\n";
  expect(stages(text).map(({ index, base, needs }) => [index, base, needs])).toEqual([
    [0, "a", []],
    [1, "b", []],
    [2, 0, [0, 1]],
    [4, "d", [2]],
  ]);
  expect(stages(text, { target: "TWO" }).map(({ index }) => index)).toEqual([1]);
  expect(stages(text, { target: "3" }).map(({ base }) => base)).toEqual(["c"]);
  expect(() => stages(text, { target: "thre" })).toThrow(
    'target stage "thre" could not be found (did you mean three?)',
  );
});

test.each([
  ["RUN x", "dockerfile parse error on line 1: no build stage in current context"],
  ["ARG x", "no build stage in current context"],
  ["FROM a b", "dockerfile parse error on line 1: FROM requires either one or three arguments"],
  [
    "FROM a as 1b",
    'dockerfile parse error on line 1: invalid name for build stage: "1b", name can\'t start with a number or contain symbols',
  ],
  ["FROM $x", "dockerfile parse error on line 1: base name ($x) should not be blank"],
  ["FROM ${x^}", "dockerfile parse error on line 1: unsupported modifier (^) in substitution"],
  [
    "FROM a\nCOPY x",
    "dockerfile parse error on line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined",
  ],
  ["FROM a\nCOPY --from=0 x y", "dockerfile parse error on line 2: invalid from flag value 0: invalid stage index 0"],
  ["FROM a\nSHELL bash", "dockerfile parse error on line 2: SHELL requires the arguments to be in JSON form"],
  [
    "FROM a\nONBUILD ONBUILD RUN x",
    "dockerfile parse error on line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
  ],
  ["FROM a\nHEALTHCHECK TRY x", 'dockerfile parse error on line 2: unknown type "TRY" in HEALTHCHECK (try CMD)'],
  ["FROM a\nWORKDIR", "dockerfile parse error on line 2: WORKDIR requires exactly one argument"],
])("buildStages() refuses %j", (text, message) => {
  expect(() => stages(text)).toThrow(expect.objectContaining({ message }));
});

test.each([
  ["*.o", ["a.o"], ["d/a.o", "a.c"]],
  ["**/*.o", ["a.o", "d/e/a.o"], ["a.c"]],
  ["d", ["d", "d/e/f"], ["e/d", "dd"]],
  ["/d/", ["d/x"], ["e/d"]],
  ["d/**", ["d/e", "d/e/f"], ["e"]],
  ["a/**/z", ["a/z", "a/b/c/z"], ["a/b", "az"]],
  ["*\n!keep\n!d/keep", ["x", "d/x"], ["keep", "d/keep", "keep/below"]],
  ["d\n!d/a\nd/a/b", ["d/x", "d/a/b"], ["d/a", "d/a/c"]],
  ["# no\n\n  [a-c]?\\*  ", ["bx*"], ["dx*", "bxy"]],
  ["./x/../y", ["y"], ["x"]],
  ["[^a]b", ["cb"], ["ab", "/b"]],
])("dockerignore(%j) ignores what docker does", (text, ignored, kept) => {
  const { ignores } = dockerignore(text);
  expect([ignored.filter((path) => !ignores(path)), kept.filter((path) => ignores(path))]).toEqual([[], []]);
});

test("dockerignore() refuses patterns that Go refuses, and does not hang on many stars", () => {
  for (const text of ["[", "a\\", "[]", "[a-"]) expect(() => dockerignore(text)).toThrow("syntax error in pattern");
  expect(() => dockerignore("!")).toThrow('illegal exclusion pattern: "!"');
  expect(dockerignore(`${"**/*a".repeat(100)}b`).ignores("a/".repeat(500))).toBe(false);
});
