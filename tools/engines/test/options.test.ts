import { expect, test } from "vitest";
import { ENGINES, parseOptions } from "../options.ts";

test("parseOptions() takes all engines and cases, and the runtime of the clone, where nothing is said", () => {
  expect(parseOptions([], "/clone/bin/wb-oci")).toEqual({
    runtime: "/clone/bin/wb-oci",
    engines: ENGINES,
    cases: [],
    short: false,
    v1: false,
    verbose: false,
  });
});

test("parseOptions() takes some engines, and cases by parts of their names", () => {
  const args = ["--only", "podman", "--runtime", "/usr/bin/crun", "exec", "--only", "docker", "--short", "--v1"];
  expect(parseOptions(args, "/clone/bin/wb-oci")).toMatchObject({
    runtime: "/usr/bin/crun",
    engines: ["podman", "docker"],
    cases: ["exec"],
    short: true,
    v1: true,
  });
});

test.each([
  [["--only", "rkt"], "--only takes docker, userns-remap, swarm, containerd, podman, not rkt"],
  [["--runtimes", "x"], "Unknown option '--runtimes'"],
])("parseOptions() refuses %j", (args, message) => {
  expect(() => parseOptions(args, "/")).toThrow(message);
});
