import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { afterEach, describe, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import type { DeviceRule } from "../src/devices/rule.ts";
import type { Layout } from "../src/layout.ts";
import { expectNothingLeft, layout, openFds, runIn, somePath, without } from "./group.ts";

const TRIED = ["</dev/null", ">/dev/null", "<>/dev/null", "</dev/zero", "</dev/urandom"];

/** Says of each whether the shell could open it so. The shell itself needs /dev/null and the file of its output. */
const TRY = TRIED.map((redirection) => `sh -c ': ${redirection}' 2>&- && echo yes || echo no`).join("; ");

afterEach(expectNothingLeft);

describe.each<[string, ReturnType<typeof requires>, Layout]>([
  ["v1's controller", requires("root", "cgroup_controller:devices"), layout],
  ["a BPF program", requires("root", "cgroup2_tree"), without("devices")],
])("devices by %s", (_, onMachine, using_) => {
  onMachine.each<[string, DeviceRule[], string]>([
    ["all, when nothing is said", [], "yes yes yes yes yes"],
    [
      "those that are allowed",
      [
        { allow: false },
        { allow: true, type: "c", major: 1, minor: 3 },
        { allow: true, type: "c", major: 1, minor: 5, access: "r" },
      ],
      "yes yes yes yes no",
    ],
    [
      "with the access that is allowed",
      [
        { allow: false },
        { allow: true, type: "c", major: 1, access: "r" },
        { allow: true, type: "c", major: 1, minor: 3, access: "w" },
      ],
      "yes yes no yes yes",
    ],
    [
      "all but those that are denied",
      [
        { allow: false, type: "c", major: 1, minor: 5 },
        { allow: false, type: "c", major: 1, minor: 9, access: "w" },
      ],
      "yes yes yes no yes",
    ],
  ])("%s", async (_title, devices, expected) => {
    using directory = temporaryDirectory();
    const fds = openFds();
    const output = join(directory.path, "output");
    {
      await using group = createCgroup(somePath(), { devices }, { layout: using_ });
      await runIn(group, TRY, output);
    }
    expect(readFileSync(output, "utf8").trim().split("\n").join(" ")).toBe(expected);
    expect(openFds() - fds).toBe(2); // of the child
  });
});
