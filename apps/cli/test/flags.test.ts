import { describe, expect, test } from "vitest";
import { describeFlags, type Flags, parseFlags } from "../src/flags.ts";
import { UserError } from "../src/user-error.ts";

const FLAGS = {
  detach: { type: "boolean", short: "d", help: "In the background" },
  interactive: { type: "boolean", short: "i", help: "Give it this stdin" },
  memory: { type: "string", short: "m", value: "bytes", help: "Limit of memory" },
  env: { type: "list", short: "e", value: "K=V", help: "Set a variable" },
  net: { type: "string", alias: "network", help: "The network" },
} as const satisfies Flags;

const parse = (...args: string[]) => parseFlags("run", FLAGS, args);

function refusal(...args: string[]): UserError {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${args.join(" ")} was taken`);
}

describe("parseFlags()", () => {
  test.for([
    { args: ["--memory", "64m"] },
    { args: ["--memory=64m"] },
    { args: ["-m", "64m"] },
    { args: ["-m64m"] },
    { args: ["-m=64m"] },
    { args: ["-m", "1g", "--memory=64m"] },
  ])("takes $args as docker does", ({ args }) => {
    expect(parse(...args, "sh")).toEqual({ flags: { memory: "64m" }, words: ["sh"] });
  });

  test.for([
    { args: ["-id"], flags: { interactive: true, detach: true } },
    { args: ["-idm64m"], flags: { interactive: true, detach: true, memory: "64m" } },
    { args: ["-im", "64m"], flags: { interactive: true, memory: "64m" } },
    { args: ["-im=64m"], flags: { interactive: true, memory: "64m" } },
  ])("takes the combined short flags $args", ({ args, flags }) => {
    expect(parse(...args, "sh")).toEqual({ flags, words: ["sh"] });
  });

  test.for([
    { args: ["--detach=false"], value: false },
    { args: ["--detach=true"], value: true },
    { args: ["--detach=0"], value: false },
    { args: ["--detach=T"], value: true },
    { args: ["--detach=FALSE"], value: false },
    { args: ["-d=false"], value: false },
    { args: ["-d=1"], value: true },
    { args: ["--detach", "--detach=false"], value: false },
  ])("takes $args as a truth value", ({ args, value }) => {
    expect(parse(...args, "sh")).toEqual({ flags: { detach: value }, words: ["sh"] });
  });

  test("takes -id=false as -i and -d=false", () => {
    expect(parse("-id=false", "sh")).toEqual({ flags: { interactive: true, detach: false }, words: ["sh"] });
  });

  test("does not take the next word for a boolean flag's value", () => {
    expect(parse("-d", "false")).toEqual({ flags: { detach: true }, words: ["false"] });
  });

  test("collects the values of a list flag in order, whatever they look like", () => {
    expect(parse("-e", "A=1", "--env=B=2", "-eC=3", "-e=D=4", "-e", "--E", "-e", "").flags).toEqual({
      env: ["A=1", "B=2", "C=3", "D=4", "--E", ""],
    });
  });

  test("takes a value that begins with a hyphen", () => {
    expect(parse("-m", "-1", "--net=-x").flags).toEqual({ memory: "-1", net: "-x" });
  });

  test("gives an alias the flag's name", () => {
    expect(parse("--network", "host").flags).toEqual({ net: "host" });
  });

  test.for([
    { args: ["sh", "-c", "echo -m"], words: ["sh", "-c", "echo -m"] },
    { args: ["-d", "ls", "--memory", "1"], words: ["ls", "--memory", "1"] },
    { args: ["-m", "1g", "ls", "--", "-x"], words: ["ls", "--", "-x"] },
    { args: ["--", "-d", "sh"], words: ["-d", "sh"] },
    { args: ["-d", "--", "--", "sh"], words: ["--", "sh"] },
    { args: ["-", "-d"], words: ["-", "-d"] },
    { args: ["", "-d"], words: ["", "-d"] },
    { args: ["-d"], words: [] },
    { args: ["--"], words: [] },
  ])("ends the flags of $args at the first word, or at --", ({ args, words }) => {
    expect(parse(...args).words).toEqual(words);
  });

  test.for([
    { args: ["--bogus"], message: "unknown flag: --bogus" },
    { args: ["--bogus=1", "sh"], message: "unknown flag: --bogus" },
    { args: ["--no-detach"], message: "unknown flag: --no-detach" },
    { args: ["--constructor=x"], message: "unknown flag: --constructor" },
    { args: ["--__proto__=x"], message: "unknown flag: --__proto__" },
    { args: ["--toString", "x"], message: "unknown flag: --toString" },
    { args: ["-x"], message: "unknown shorthand flag: -x" },
    { args: ["-dx"], message: "unknown shorthand flag: -x" },
    { args: ["--m", "1"], message: "unknown flag: --m" },
    { args: ["-m"], message: "flag needs an argument: -m" },
    { args: ["--memory"], message: "flag needs an argument: --memory" },
    { args: ["--detach=maybe"], message: 'invalid argument "maybe" for --detach: true or false is meant' },
    { args: ["-d=maybe"], message: 'invalid argument "maybe" for -d: true or false is meant' },
  ])("refuses $args", ({ args, message }) => {
    expect(refusal(...args)).toMatchObject({ message, hint: "see 'wb run --help'", exitStatus: 125 });
  });
});

test("describeFlags() lines the flags up as docker's help does", () => {
  expect(describeFlags(FLAGS)).toMatchInlineSnapshot(`
    "  -d, --detach         In the background
      -i, --interactive    Give it this stdin
      -m, --memory bytes   Limit of memory
      -e, --env K=V        Set a variable
          --net string     The network"
  `);
});

test("a flag that there is not names the nearest that there is", () => {
  const flags = { name: { type: "string", help: "" }, detach: { type: "boolean", help: "" } } as const;
  const hintOf = (word: string): unknown => {
    try {
      return parseFlags("run", flags, [word]);
    } catch (error) {
      return error instanceof UserError ? error.hint : error;
    }
  };
  expect(hintOf("--nmae=web")).toBe("did you mean --name?");
  expect(hintOf("--dettach")).toBe("did you mean --detach?");
  expect(hintOf("--publish")).toBe("see 'wb run --help'");
  expect(hintOf("-x")).toBe("see 'wb run --help'");
});
