import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DockerfileError, expandWord, expandWords, parseDockerfile } from "../../src/index.ts";

const first = (text: string) => parseDockerfile(text).instructions[0]!;
const problem = (text: string): string => {
  try {
    parseDockerfile(text);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

test("parseDockerfile() reads the directives before all else, and no others", () => {
  expect(parseDockerfile("\uFEFF# syntax = docker/dockerfile:1\r\n#escape=`\nFROM a\n").directives).toEqual({
    syntax: "docker/dockerfile:1",
    escape: "`",
    check: undefined,
  });
  expect(parseDockerfile("# a comment\n# escape=`\nFROM a\n").directives.escape).toBe("\\");
  expect(parseDockerfile("# other=1\n# escape=`\nFROM a\n").directives.escape).toBe("\\");
});

test("parseDockerfile() joins continued lines, leaving out comments and empty lines between them", () => {
  const [, run] = parseDockerfile("FROM a\nRUN one && \\  \n  # why\n\n  two \\\n three\nCMD x\n").instructions;
  expect(run).toMatchObject({ name: "RUN", line: 2, endLine: 6, words: ["one &&   two  three"], exec: false });
  expect(parseDockerfile("#escape=`\nFROM a`\n b\nRUN c:\\\n").instructions.map(({ words }) => words)).toEqual([
    ["a", "b"],
    ["c:\\"],
  ]);
});

test.each([
  ['CMD ["a", "b c"]', { words: ["a", "b c"], exec: true }],
  ["cmd ['a']", { name: "CMD", words: ["['a']"], exec: false }],
  [
    'ENV a=1 b=\'x y\' c="p \\" q" d=e\\ f',
    {
      pairs: [
        ["a", "1"],
        ["b", "'x y'"],
        ["c", '"p \\" q"'],
        ["d", "e\\ f"],
      ],
    },
  ],
  ["ENV key some value", { pairs: [["key", "some value"]] }],
  [
    "ARG a b=2",
    {
      pairs: [
        ["a", undefined],
        ["b", "2"],
      ],
    },
  ],
  [
    'COPY --from=x --chown=1:2 --link ["a b", "/c/"]',
    {
      flags: [
        { name: "from", value: "x" },
        { name: "chown", value: "1:2" },
        { name: "link", value: undefined },
      ],
      words: ["a b", "/c/"],
    },
  ],
  [
    "RUN --mount=type=cache,target=/x,id=y --mount=type=tmpfs,target=/t make",
    {
      flags: [
        { name: "mount", value: "type=cache,target=/x,id=y" },
        { name: "mount", value: "type=tmpfs,target=/t" },
      ],
      words: ["make"],
    },
  ],
  ["EXPOSE 80/tcp   53/udp", { words: ["80/tcp", "53/udp"] }],
  ["USER  a b ", { words: ["a b"] }],
  [
    'HEALTHCHECK --interval=5s cmd ["x"]',
    { words: ["CMD"], inner: expect.objectContaining({ words: ["x"], exec: true }) },
  ],
  ["ONBUILD run make", { words: ["run make"], inner: expect.objectContaining({ name: "RUN", words: ["make"] }) }],
])("parseDockerfile() reads %s", (text, expected) => {
  expect(first(text)).toMatchObject(expected);
});

test("parseDockerfile() reads heredocs, several and of every form", () => {
  const { instructions } = parseDockerfile(
    "FROM a\nRUN <<EOF\necho $x\n\n# kept\nEOF\nCOPY <<one <<-'two' /d/\n1\none\n\t2\n\ttwo\nRUN 3<<EOF cat <&3\nx\nEOF\nRUN echo '<<no'\n",
  );
  expect(instructions.map(({ heredocs }) => heredocs)).toEqual([
    [],
    [{ name: "EOF", fd: 0, expand: true, chomp: false, content: "echo $x\n\n# kept\n" }],
    [
      { name: "one", fd: 0, expand: true, chomp: false, content: "1\n" },
      { name: "two", fd: 0, expand: false, chomp: true, content: "\t2\n" },
    ],
    [{ name: "EOF", fd: 3, expand: true, chomp: false, content: "x\n" }],
    [],
  ]);
  expect(instructions[1]).toMatchObject({ line: 2, endLine: 6 });
});

test.each([
  ["", "file with no instructions"],
  ["# only\n", "file with no instructions"],
  ["FROM a\nRUM x", "dockerfile parse error on line 2: unknown instruction: RUM (did you mean RUN?)"],
  ["FROM a\n\nqwertz x", "dockerfile parse error on line 3: unknown instruction: qwertz"],
  ["COPY --form=x a b", "dockerfile parse error on line 1: unknown flag: --form (did you mean --from?)"],
  ["COPY --from a b", "dockerfile parse error on line 1: missing a value on flag: from"],
  ["COPY --from=a --from=b c d", "dockerfile parse error on line 1: duplicate flag specified: from"],
  [
    "CMD [1]",
    "dockerfile parse error on line 1: when using JSON array syntax, arrays must be comprised of strings only",
  ],
  ["ENV a", "dockerfile parse error on line 1: ENV must have two arguments"],
  [
    "ENV a=1 b",
    'dockerfile parse error on line 1: Syntax error - can\'t find = in "b". Must be of the form: name=value',
  ],
  ["RUN <<EOF\nx", "dockerfile parse error on line 1: unterminated heredoc"],
  ["# escape=x\nFROM a", "dockerfile parse error on line 1: invalid escape token 'x' does not match ` or \\"],
])("parseDockerfile() refuses %j in BuildKit's words", (text, message) => {
  expect(problem(text)).toBe(message);
});

test.each([
  ["$a-${a}-$", "A-A-$"],
  ["${e:-w}|${e-w}|${u:-w}|${u-w}", "w||w|w"],
  ["${e:+w}|${e+w}|${u+w}|${a:+w}", "|w||w"],
  ["${u:-${a}${u-'x y'}}", "Ax y"],
  ['\'$a\' "$a" \\$a "\\$a \\n"', "$a A $a $a \\n"],
  ["${p#*/}|${p##*/}|${p%/*}|${p%%/*}", "b/c.d|c.d|a/b|a"],
  ["${p/b/X}|${p//?/-}|${p/q/X}", "a/X/c.d|-------|a/b/c.d"],
  ["$ab$1", ""],
])("expandWord() makes of %s what docker's lexer does", (word, expected) => {
  const variables: Record<string, string> = { a: "A", e: "", p: "a/b/c.d" };
  expect(expandWord(word, { variables: (name) => variables[name] })).toBe(expected);
});

test.each([
  ["${", "syntax error: missing '}'"],
  ["${}", "syntax error: bad substitution"],
  ["${a^}", "unsupported modifier (^) in substitution"],
  ["${a:?}", "a: not allowed to be unset"],
  ["${a?no a}", "a: no a"],
  ["'x", "unexpected end of statement while looking for matching single-quote"],
])("expandWord() refuses %s", (word, message) => {
  expect(() => expandWord(word, { variables: () => undefined })).toThrow(message);
});

test("expandWords() splits what variables have, not what quotes have", () => {
  const options = { variables: () => "1  2" };
  expect(expandWords("$a/x", options)).toEqual(["1", "2/x"]);
  expect(expandWords('"$a" 3', options)).toEqual(["1  2", "3"]);
});

test("no text crashes or hangs parser and expansion", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 10 }),
    fc.constantFrom(
      "FROM a\n",
      "RUN ",
      "COPY --from=x ",
      "ENV ",
      "<<EOF ",
      "EOF\n",
      "\\\n",
      "${",
      "}",
      ":-",
      "##",
      "*",
      "//",
      '"',
      "'",
      "#escape=`\n",
      "\n",
      "[",
      '"]',
    ),
  );
  const onlyOurs = (act: () => unknown): boolean => {
    try {
      act();
    } catch (error) {
      if (!(error instanceof DockerfileError)) throw error;
    }
    return true;
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      onlyOurs(() => parseDockerfile(text));
      onlyOurs(() => expandWord(text, { variables: () => "v/w" }));
    }),
    { numRuns: 1000 },
  );
  expect(onlyOurs(() => parseDockerfile(`FROM ${" ".repeat(200_000)}x`))).toBe(true);
  expect(onlyOurs(() => expandWord("${a:-".repeat(100_000), { variables: () => undefined }))).toBe(true);
});
