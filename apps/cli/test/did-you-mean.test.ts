import { expect, test } from "vitest";
import { didYouMean } from "../src/did-you-mean.ts";

const COMMANDS = [
  "attach",
  "create",
  "exec",
  "inspect",
  "kill",
  "logs",
  "ps",
  "rename",
  "restart",
  "rm",
  "run",
  "start",
  "stats",
  "stop",
  "top",
  "update",
  "wait",
];
const FLAGS = [
  "--detach",
  "--device",
  "--env",
  "--env-file",
  "--interactive",
  "--memory",
  "--memory-swap",
  "--name",
  "--rm",
];

test.for<[string, string | undefined]>([
  ["psx", "did you mean ps?"],
  ["sp", "did you mean ps?"],
  ["exce", "did you mean exec?"],
  ["lgos", "did you mean logs?"],
  ["Logs", "did you mean logs?"],
  ["inspcet", "did you mean inspect?"],
  ["sta", "did you mean start or stats?"],
  ["st", "did you mean start, stats or stop?"],
  ["restrat", "did you mean restart?"],
  ["rn", "did you mean rm or run?"],
  ["create", "did you mean create?"],
  ["compose", undefined],
  ["x", undefined],
  ["", undefined],
  ["zz", undefined],
])("didYouMean(%j) among commands is %j", ([word, hint]) => {
  expect(didYouMean(word, COMMANDS)).toBe(hint);
});

test.for<[string, string | undefined]>([
  ["--dettach", "did you mean --detach?"],
  ["--evn", "did you mean --env?"],
  ["--mem", "did you mean --memory or --memory-swap?"],
  ["--interacive", "did you mean --interactive?"],
  ["--nmae", "did you mean --name?"],
  ["--publish", undefined],
  ["--", undefined],
  ["--x", undefined],
])("didYouMean(%j) among flags is %j", ([word, hint]) => {
  expect(didYouMean(word, FLAGS)).toBe(hint);
});

test("didYouMean() among none is undefined", () => {
  expect(didYouMean("ps", [])).toBeUndefined();
});
