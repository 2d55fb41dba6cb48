import { describe, expect, it } from "vitest";
import { flagsFirst, parseOciFlags } from "../../src/oci/flags.ts";

const FLAGS = {
  force: { type: "boolean", short: "f", help: "" },
  root: { type: "string", help: "" },
  cap: { type: "list", short: "c", help: "" },
  "preserve-fds": { type: "number", help: "" },
} as const;

describe("parseOciFlags()", () => {
  it.each([
    [["--root", "/r", "ID"], { root: "/r" }, ["ID"]],
    [["--root=/r=1", "ID", "-f"], { root: "/r=1" }, ["ID", "-f"]],
    [["-root=", "--", "-f"], { root: "" }, ["-f"]],
    [["-f", "--cap", "A", "-c=B"], { force: true, cap: ["A", "B"] }, []],
    [["--force=false", "--preserve-fds", "2", "-"], { force: false, "preserve-fds": 2 }, ["-"]],
  ])("takes %j as Go's flag package does", (args, flags, words) => {
    expect(parseOciFlags(FLAGS, args)).toEqual({ flags, words });
  });

  it.each([
    [["--nonsense"], "flag provided but not defined: -nonsense"],
    [["-fx"], "flag provided but not defined: -fx"],
    [["--root"], "flag needs an argument: -root"],
    [["--force=maybe"], 'invalid boolean value "maybe" for -force'],
    [["--preserve-fds=-1"], 'invalid value "-1" for flag -preserve-fds'],
    [["--toString"], "flag provided but not defined: -toString"],
  ])("refuses %j", (args, message) => {
    expect(() => parseOciFlags(FLAGS, args)).toThrow(message);
  });
});

describe("flagsFirst()", () => {
  it.each([
    [
      ["ID", "--force"],
      ["--force", "--", "ID"],
    ],
    [
      ["ID", "--root", "/r", "-1"],
      ["--root", "/r", "--", "ID", "-1"],
    ],
    [
      ["ID", "--", "--force"],
      ["--", "ID", "--force"],
    ],
    [
      ["ID", "--root=/r"],
      ["--root=/r", "--", "ID"],
    ],
    [
      ["--nonsense", "ID"],
      ["--nonsense", "ID"],
    ],
  ])("makes of %j what runc does", (args, sorted) => {
    expect(flagsFirst(FLAGS, args)).toEqual(sorted);
  });

  it("refuses a flag at the end that needs a value, which no -- is", () => {
    expect(() => flagsFirst(FLAGS, ["ID", "--root"])).toThrow("flag needs an argument: -root");
  });
});
