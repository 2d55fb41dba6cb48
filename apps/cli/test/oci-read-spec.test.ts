import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { assert, nat, oneof, property, string, tuple, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultSpec } from "../src/oci/default-spec.ts";
import { ConfigError } from "../src/oci/validate/config-error.ts";
import { formatJson } from "../src/oci/validate/format-json.ts";
import { parseJson } from "../src/oci/validate/parse-json.ts";
import { readJson } from "../src/oci/validate/read-json.ts";
import { readSpec } from "../src/oci/validate/read-spec.ts";
import { validateSpec } from "../src/oci/validate/validate-spec.ts";
import { specWarnings } from "../src/oci/validate/warnings.ts";
import { UserError } from "../src/user-error.ts";

function parse(text: string): unknown {
  return parseJson(Buffer.from(text), "config.json");
}

describe("parseJson()", () => {
  test.each([
    ["", "config.json: is empty: a JSON object was expected"],
    [" \n", "config.json: is empty: a JSON object was expected"],
    ["\uFEFF{}", "config.json: begins with a byte order mark, which JSON has none of"],
    ["{", "config.json: is not JSON: a character was not expected in line 1, column 2"],
    ['{"a": [1,', "config.json: is not JSON: it ends too early"],
    ['{\n"a": tru }', 'config.json: is not JSON: a character was not expected, near "'],
    ['{"a": 1}x', "config.json: is not JSON: a character was not expected in line 1, column 9"],
    ["\u007fELF\u0002\u0001", "config.json: is not JSON: "],
  ])("refuses %j", (text, message) => {
    expect(() => parse(text)).toThrow(ConfigError);
    expect(() => parse(text)).toThrow(message);
  });

  test("refuses what is not UTF-8", () => {
    expect(() => parseJson(Buffer.from([0x7b, 0xff, 0x7d]), "x")).toThrow(
      new ConfigError("x", [{ path: "", message: "is not UTF-8: JSON was expected" }]),
    );
  });

  test.each(["[".repeat(1e6), `${"[".repeat(2e5)}1234567890123456789${"]".repeat(2e5)}`])(
    "refuses a million brackets with an error, too",
    (text) => {
      expect(() => parse(text)).toThrow(ConfigError);
    },
  );

  test("gives integers that a number would round as bigints, and all others as numbers", () => {
    expect(
      parse('{"a": [18446744073709551615, -9223372036854775808, 9007199254740991, 1e20, 1234567890123456.5]}'),
    ).toEqual({
      a: [18_446_744_073_709_551_615n, -9_223_372_036_854_775_808n, 9_007_199_254_740_991, 1e20, 1234567890123456.5],
    });
  });

  test("reads what formatJson() writes, with all digits", () => {
    const value = { a: [2n ** 64n - 1n, -(2n ** 63n), 1, 1.5, "1", null, { b: true }] };
    expect(formatJson(value)).toContain("[18446744073709551615,-9223372036854775808,1,");
    expect(parse(formatJson(value))).toEqual(value);
  });

  test("gives text with many digits as it is", () => {
    expect(parse('{"a": ":1234567890123456789", "1234567890123456789": 1}')).toEqual({
      a: ":1234567890123456789",
      "1234567890123456789": 1,
    });
  });

  test("gives a value or a ConfigError, whatever it reads", () => {
    const config = JSON.stringify(defaultSpec(), undefined, 2);
    const cut = tuple(nat(config.length), string({ maxLength: 3 }), nat(3)).map(([at, insert, drop]) =>
      Buffer.from(config.slice(0, at) + insert + config.slice(at + drop)),
    );
    const bytes = uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array));
    const errorOf = (document: Buffer): unknown => {
      try {
        return validateSpec(parseJson(document, "config.json")) && undefined;
      } catch (error) {
        return error;
      }
    };
    assert(
      property(oneof(cut, bytes), (document) => {
        const error = errorOf(document) ?? new ConfigError("config.json", [{ path: "", message: "none" }]);
        expect(error).toBeInstanceOf(ConfigError);
        expect((error as Error).message).toMatch(/^config\.json: [^\n]+$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("validateSpec()", () => {
  test("keeps uint64 exact where it counts, and takes what is beyond 2⁵³ elsewhere as the most there is", () => {
    const most = "18446744073709551615";
    const text = `{"ociVersion": "1.2.0", "root": {"path": "/"},
      "process": {"cwd": "/", "rlimits": [{"type": "RLIMIT_CORE", "soft": ${most}, "hard": ${most}}]},
      "linux": {"resources": {"memory": {"limit": 9223372036854775807, "swap": -1}, "hugepageLimits": [{"pageSize": "2MB", "limit": ${most}}]},
        "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["personality"], "action": "SCMP_ACT_ERRNO",
          "args": [{"index": 0, "value": ${most}, "op": "SCMP_CMP_EQ"}]}]}}}`;
    const { process, linux } = validateSpec(parse(text));
    expect(process?.rlimits).toEqual([{ type: "RLIMIT_CORE", soft: 2n ** 64n - 1n, hard: 2n ** 64n - 1n }]);
    expect(linux?.seccomp?.syscalls?.[0]?.args?.[0]?.value).toBe(2n ** 64n - 1n);
    expect(linux?.resources?.memory).toEqual({ limit: Number.MAX_SAFE_INTEGER, swap: -1 });
    expect(linux?.resources?.hugepageLimits).toEqual([{ pageSize: "2MB", limit: Number.MAX_SAFE_INTEGER }]);
    expect(() => validateSpec(parse(text.replaceAll(most, "18446744073709551616")))).toThrow(
      "process.rlimits[0].soft: 18446744073709551616 is too large: an integer from 0 to 18446744073709551615 was expected",
    );
  });

  test("tells five problems, and how many more", () => {
    expect(() =>
      validateSpec({ ...defaultSpec(), process: { cwd: "/", env: ["a", "b", "c", "d", "e", "f", "g"] } }),
    ).toThrow(/^config\.json: process\.env\[0\]: "a": "NAME=value" was expected; .*\[4\].* expected; and 2 more$/);
  });

  test.each([
    ["process.cwd", { process: { cwd: "work", args: ["sh"] } }, '"work": an absolute path was expected'],
    ["process.args", { process: { cwd: "/", args: [] } }, "[]: the program to run was expected"],
    ["ociVersion", { ociVersion: "2.0.0" }, '"2.0.0" is none that this runtime knows: a version 1.x.y was expected'],
    ["hostname", { linux: {} }, "a namespace of type uts was expected for it"],
    [
      "linux.uidMappings[1].hostID",
      {
        linux: {
          namespaces: [{ type: "user" }, { type: "uts" }],
          uidMappings: [
            { containerID: 0, hostID: 1000, size: 10 },
            { containerID: 10, hostID: 1009, size: 1 },
          ],
          gidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
        },
      },
      "1009 is also in linux.uidMappings[0]: ranges of ids that do not overlap were expected",
    ],
    [
      'linux.sysctl["net.ipv4.ip_forward"]',
      { linux: { namespaces: [{ type: "uts" }], sysctl: { "net.ipv4.ip_forward": "1" } } },
      "is the machine's, too: a namespace of type network was expected for it",
    ],
    [
      'linux.sysctl["kernel.panic"]',
      { linux: { namespaces: [{ type: "uts" }], sysctl: { "kernel.panic": "1" } } },
      "is the whole machine's: one of a namespace was expected",
    ],
    ["hooks.prestart[0].path", { hooks: { prestart: [{ path: "x" }] } }, '"x": an absolute path was expected'],
    [
      "hooks.poststop[0].timeout",
      { hooks: { poststop: [{ path: "/x", timeout: 0 }] } },
      "0 is too small: an integer from 1",
    ],
  ])("refuses %s by a rule", (path, change, message) => {
    expect(() => validateSpec({ ...defaultSpec(), ...change })).toThrow(`config.json: ${path}: ${message}`);
  });

  test("takes sysctls with slashes, in which dots are part of a name", () => {
    const sysctl = { "net/ipv4/conf/eth0.100/forwarding": "1", "net.ipv4.conf.eth0/100.forwarding": "1" };
    const spec = defaultSpec();
    expect(validateSpec({ ...spec, linux: { ...spec.linux, sysctl } }).linux?.sysctl).toEqual(sysctl);
    for (const name of ["net/../../x", "net.", "..", "net..x", "net./.x"])
      expect(() => validateSpec({ ...spec, linux: { ...spec.linux, sysctl: { [name]: "1" } } })).toThrow(ConfigError);
  });
});

test("specWarnings() tells of what other runtimes run", () => {
  const mappings = [{ containerID: 0, hostID: 1, size: 1 }];
  const spec = {
    ...defaultSpec(),
    mounts: [{ destination: "data" }],
    linux: { namespaces: [{ type: "user" as const, path: "/proc/1/ns/user" }], uidMappings: mappings },
  };
  expect(specWarnings(defaultSpec())).toEqual([]);
  expect(specWarnings(spec)).toEqual([
    expect.stringContaining('mounts[0].destination: "data"'),
    expect.stringContaining("linux.uidMappings"),
  ]);
});

describe("readSpec()", () => {
  test("gives the configuration of a bundle", () => {
    using bundle = temporaryDirectory();
    writeFileSync(join(bundle.path, "config.json"), JSON.stringify(defaultSpec()));
    expect(readSpec(join(bundle.path, "config.json"))).toEqual(defaultSpec());
  });

  test("refuses a bundle without one in runc's words", () => {
    using bundle = temporaryDirectory();
    expect(() => readSpec(join(bundle.path, "config.json"))).toThrow(UserError);
    expect(() => readSpec(join(bundle.path, "config.json"))).toThrow("JSON specification file config.json not found");
  });

  test("refuses a directory and a FIFO, and does not wait for a writer", () => {
    using bundle = temporaryDirectory();
    mkdirSync(join(bundle.path, "directory/config.json"), { recursive: true });
    mkdirSync(join(bundle.path, "fifo"));
    execFileSync("mkfifo", [join(bundle.path, "fifo/config.json")]);
    for (const name of ["directory", "fifo"])
      expect(() => readSpec(join(bundle.path, name, "config.json"))).toThrow(
        "config.json: is no regular file: one was expected",
      );
  });

  test("refuses more than 16 MiB, and takes 16 MiB", () => {
    using bundle = temporaryDirectory();
    const [file, config] = [join(bundle.path, "config.json"), JSON.stringify(defaultSpec())];
    writeFileSync(file, config.padEnd(2 ** 24));
    expect(readSpec(join(bundle.path, "config.json"))).toEqual(defaultSpec());
    writeFileSync(file, config.padEnd(2 ** 24 + 1));
    expect(() => readSpec(join(bundle.path, "config.json"))).toThrow("config.json: is larger than 16 MiB");
  });
});

describe("readJson()", () => {
  test("reads an open descriptor, and leaves it open", () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "process.json");
    writeFileSync(file, '{"cwd": "/"}');
    const fd = openSync(file, "r");
    expect(readJson(fd, "process.json")).toEqual({ cwd: "/" });
    expect(readFileSync(fd, "utf8")).toBe("");
    closeSync(fd);
  });

  test("refuses a file without an end, and one that is not there", () => {
    expect(() => readJson("/dev/zero")).toThrow("/dev/zero: is larger than 16 MiB");
    expect(() => readJson("/nonexistent/process.json")).toThrow("/nonexistent/process.json: cannot be opened: ENOENT");
    expect(() => readJson("/")).toThrow("/: is a directory: a file was expected");
  });
});
