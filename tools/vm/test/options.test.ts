import { expect, test } from "vitest";
import { parseOptions } from "../options.ts";

test("parseOptions() takes v2, 2 GB and ten minutes where nothing is said", () => {
  expect(parseOptions(["--", "ls", "--", "-l"])).toEqual({
    arch: "x64",
    cgroup: "v2",
    init: "none",
    kernel: undefined,
    memory: "2g",
    timeout: 600,
    command: ["ls", "--", "-l"],
  });
});

test.each([
  [["true"], "the command is missing; it comes after --"],
  [["--"], "the command is missing; it comes after --"],
  [["--init", "runit", "--", "true"], "--init takes none, systemd, not runit"],
  [["--arch", "arm", "--", "true"], "--arch takes x64, arm64, not arm"],
  [["--arch", "arm64", "--init", "systemd", "--", "true"], "--init systemd has no packages for arm64"],
  [["--cgroup", "v3", "--", "true"], "--cgroup takes v2, v1, hybrid, not v3"],
  [["--memory", "lots", "--", "true"], "--memory takes 512m or 2g, not lots"],
  [["--timeout", "soon", "--", "true"], "--timeout takes a number of seconds, not soon"],
  [["--cgruop", "v2", "--", "true"], "Unknown option '--cgruop'"],
])("parseOptions() refuses %j", (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
