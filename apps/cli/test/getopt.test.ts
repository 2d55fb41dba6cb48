import { describe, expect, test } from "vitest";
import type { Flags } from "../src/flags.ts";
import { parseOptions } from "../src/getopt.ts";
import type { UserError } from "../src/user-error.ts";

const FLAGS = {
  mount: { type: "optional", short: "m", value: "FILE", help: "long only" },
  net: { type: "optional", short: "n", shortValue: true, value: "FILE", help: "both" },
  "mount-proc": { type: "optional", help: "no letter" },
  monotonic: { type: "string", help: "a value" },
  fork: { type: "boolean", short: "f", help: "none" },
  setuid: { type: "string", short: "S", help: "a value" },
  "map-users": { type: "list", help: "several" },
} as const satisfies Flags;

const parse = (...args: string[]) => parseOptions("unshare", FLAGS, args);

describe("parseOptions() parses as getopt_long(3):", () => {
  test.for([
    { args: ["-fm"], flags: { fork: true, mount: true } },
    { args: ["-mf"], flags: { fork: true, mount: true } },
    { args: ["-fn/run/netns/a"], flags: { fork: true, net: "/run/netns/a" } },
    { args: ["-nf"], flags: { net: "f" } },
    { args: ["-n"], flags: { net: true } },
    { args: ["--net=/a=b"], flags: { net: "/a=b" } },
    { args: ["--net="], flags: { net: "" } },
    { args: ["--mount"], flags: { mount: true } },
    { args: ["-S5"], flags: { setuid: "5" } },
    { args: ["-S", "5"], flags: { setuid: "5" } },
    { args: ["-S=5"], flags: { setuid: "=5" } },
    { args: ["-fS", "-f"], flags: { fork: true, setuid: "-f" } },
    { args: ["--setuid", "5", "--setuid=6"], flags: { setuid: "6" } },
    { args: ["--fo"], flags: { fork: true } },
    { args: ["--mount-p=/x"], flags: { "mount-proc": "/x" } },
    { args: ["--map", "1", "--map-u=2"], flags: { "map-users": ["1", "2"] } },
  ])("$args", ({ args, flags }) => {
    expect(parse(...args, "sh")).toMatchObject({ flags, words: ["sh"] });
  });

  test.for([
    { args: ["sh", "-f"], words: ["sh", "-f"] },
    { args: ["-f", "--", "-f"], words: ["-f"] },
    { args: ["-m", "-", "-f"], words: ["-", "-f"] },
    { args: ["-n", "file"], words: ["file"] },
    { args: ["", "-f"], words: ["", "-f"] },
  ])("options of $args end at the first word", ({ args, words }) => {
    expect(parse(...args).words).toEqual(words);
  });

  test("options behind words, where it permutes", () => {
    const parsed = parseOptions("lsns", FLAGS, ["1", "-f", "2", "--", "-m"], { permute: true });
    expect(parsed).toMatchObject({ flags: { fork: true }, words: ["1", "2", "-m"] });
  });

  test("the order of the options is kept", () => {
    expect(parse("-f", "--mount", "-f").order).toEqual(["fork", "mount", "fork"]);
  });

  test.for([
    { args: ["--bad"], message: "unrecognized option '--bad'" },
    { args: ["--bad=1"], message: "unrecognized option '--bad'" },
    { args: ["--constructor"], message: "unrecognized option '--constructor'" },
    { args: ["-fx"], message: "invalid option -- 'x'" },
    { args: ["-m=x"], message: "invalid option -- '='" },
    { args: ["--mo"], message: "option '--mo' is ambiguous; possibilities: '--mount' '--mount-proc' '--monotonic'" },
    { args: ["--fork=1"], message: "option '--fork' doesn't allow an argument" },
    { args: ["--setuid"], message: "option '--setuid' requires an argument" },
    { args: ["-fS"], message: "option requires an argument -- 'S'" },
  ])("$args is refused", ({ args, message }) => {
    expect(() => parse(...args)).toThrow(
      expect.objectContaining({ message, hint: "see 'wb unshare --help'" }) as UserError,
    );
  });
});
