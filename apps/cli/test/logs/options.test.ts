import { expect, test } from "vitest";
import { logOptions } from "../../src/engine/logs/options.ts";
import { parseDecimalSize } from "../../src/engine/logs/parse-decimal-size.ts";

test.each<[driver: string | undefined, options: readonly string[], expected: object]>([
  [undefined, [], { driver: "json-file", options: {}, maxSize: 20 * 2 ** 20, maxFile: 5 }],
  ["local", [], { driver: "local", options: {}, maxSize: 20 * 2 ** 20, maxFile: 5 }],
  ["none", [], { driver: "none", options: {}, maxSize: undefined, maxFile: 1 }],
  [
    "json-file",
    ["max-size=10m", "max-file=3"],
    { driver: "json-file", options: { "max-size": "10m", "max-file": "3" }, maxSize: 10_000_000, maxFile: 3 },
  ],
  ["local", ["max-size=-1"], { driver: "local", options: { "max-size": "-1" }, maxSize: undefined, maxFile: 5 }],
  [
    "local",
    ["max-file=2", "max-file=1"],
    { driver: "local", options: { "max-file": "1" }, maxSize: 20 * 2 ** 20, maxFile: 1 },
  ],
  [
    "json-file",
    ["compress=false", "mode=blocking"],
    { driver: "json-file", options: { compress: "false", mode: "blocking" }, maxSize: 20 * 2 ** 20, maxFile: 5 },
  ],
])("logOptions() takes %s %j", (driver, options, expected) => {
  expect(logOptions(driver, options)).toEqual(expected);
});

test.each<[driver: string | undefined, options: readonly string[], message: string]>([
  ["none", ["max-size=1m"], "invalid logging opts for driver none"],
  ["journald", [], "logger: no log driver named 'journald' is registered"],
  ["", ["x=1"], "logger: no log driver named '' is registered"],
  [undefined, ["foo=bar"], "unknown log opt 'foo' for json-file log driver"],
  ["local", ["foo"], "unknown log opt 'foo' for log driver local"],
  [undefined, ["__proto__=1"], "unknown log opt '__proto__' for json-file log driver"],
  [undefined, ["tag=x"], "log opt 'tag' is not supported"],
  [undefined, ["compress=true"], "log opt 'compress' is not supported"],
  ["journald", ["mode=x"], "logger: logging mode not supported: x"],
  [undefined, ["mode=non-blocking"], "log opt 'mode=non-blocking' is not supported"],
  [undefined, ["max-buffer-size=1m"], "logger: max-buffer-size option is only supported with 'mode=non-blocking'"],
  [undefined, ["max-size=big"], "invalid value for max-size: big: invalid size: 'big'"],
  [undefined, ["max-size"], "invalid value for max-size: : invalid size: ''"],
  [undefined, ["max-size=0"], "max-size must be a positive number"],
  [undefined, ["max-file=0"], "max-file cannot be less than 1"],
  [undefined, ["max-file=-3"], "max-file cannot be less than 1"],
  [undefined, ["max-file=x"], 'invalid value for max-file: x: strconv.Atoi: parsing "x": invalid syntax'],
  [undefined, ["max-file=101"], "max-file cannot be more than 100"],
])("logOptions() refuses %s %j in docker's words", (driver, options, message) => {
  expect(() => logOptions(driver, options)).toThrow(expect.objectContaining({ name: "UserError", message }));
});

test.each([
  ["10m", 10_000_000],
  ["1.5k", 1500],
  ["1KiB", 1000],
  ["20 MB", 20_000_000],
  ["7b", 7],
  ["100", 100],
  ["9007199254740993", undefined],
  [".5k", undefined],
  ["-1", undefined],
])("parseDecimalSize() reads %s as docker reads sizes of logs", (text, bytes) => {
  expect(parseDecimalSize(text)).toBe(bytes);
});
