import { join } from "node:path";
import type { TestProjectInlineConfiguration } from "vitest/config";

// Tests import the packages by name and get their sources: no build comes before a test.
const sources = { resolve: { conditions: ["wb-source"] }, ssr: { resolve: { conditions: ["wb-source"] } } };

const places = "{packages/*,apps/*,tools/*}";

const common = {
  setupFiles: [join(import.meta.dirname, "tools/testing/src/refuse-kill-of-all.ts")],
  // A busy machine is no failure: tests have time, and in CI a second try.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 30_000 } },
  retry: process.env["CI"] === "true" ? 1 : 0,
};

// One file at a time: these change what the kernel shares between processes (mounts, cgroups, signals), and compare it before
// and after. The comparison is with the whole machine, so that another container on it, starting meanwhile, looks like a
// leftover.
const serial = { fileParallelism: false, ...common };

const isolated = {
  ...serial,
  setupFiles: [...serial.setupFiles, join(import.meta.dirname, "apps/cli/test/support/own-network.ts")],
};

const projects: TestProjectInlineConfiguration[] = [
  {
    ...sources,
    test: {
      name: "unit",
      include: [`${places}/test/**/*.test.ts`],
      exclude: ["**/*.kernel.test.ts", "**/node_modules/**"],
      ...common,
      maxWorkers: "100%", // the default leaves one core to a watcher, of two
      sequence: { groupOrder: 1 },
    },
  },
  {
    ...sources,
    test: {
      name: "kernel",
      include: [`${places}/test/**/*.kernel.test.ts`],
      exclude: ["apps/**", "**/node_modules/**"],
      ...serial,
      sequence: { groupOrder: 2 },
    },
  },
  {
    ...sources,
    test: {
      name: "containers",
      include: ["apps/*/test/**/*.kernel.test.ts"],
      ...isolated,
      sequence: { groupOrder: 3 },
    },
  },
  {
    ...sources,
    test: { name: "examples", include: ["examples/test/**/*.test.ts"], ...isolated, sequence: { groupOrder: 4 } },
  },
];

export default projects;
