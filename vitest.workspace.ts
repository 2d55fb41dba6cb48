import type { TestProjectInlineConfiguration } from "vitest/config";

// Tests import the packages by name and get their sources: no build comes before a test.
const sources = { resolve: { conditions: ["wb-source"] }, ssr: { resolve: { conditions: ["wb-source"] } } };

const places = "{packages/*,apps/*,tools/*}";

// One file at a time: these change what the kernel shares between processes (mounts, cgroups, signals), and compare it before and after.
const serial = { fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 };

const projects: TestProjectInlineConfiguration[] = [
  {
    ...sources,
    test: {
      name: "unit",
      include: [`${places}/test/**/*.test.ts`],
      exclude: ["**/*.kernel.test.ts", "**/node_modules/**"],
      maxWorkers: "100%", // the default leaves one core to a watcher, of two
      sequence: { groupOrder: 1 },
    },
  },
  {
    ...sources,
    test: { name: "kernel", include: [`${places}/test/**/*.kernel.test.ts`], ...serial, sequence: { groupOrder: 2 } },
  },
  {
    ...sources,
    test: { name: "examples", include: ["examples/test/**/*.test.ts"], ...serial, sequence: { groupOrder: 3 } },
  },
];

export default projects;
