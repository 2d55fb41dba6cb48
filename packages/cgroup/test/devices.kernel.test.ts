import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { afterEach, describe, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import type { DeviceRule } from "../src/devices/rule.ts";
import type { Layout } from "../src/layout.ts";
import { expectNothingLeft, layout, openFds, runIn, somePath, without } from "./group.ts";

const TRY =
  "try() { (: $1) 2>/dev/null && echo yes || echo no; }; t() { sh -c \": $1\" 2>/dev/null && echo yes || echo no; }; t '</dev/null'; t '>/dev/null'; t '<>/dev/null'; t '</dev/zero'; t '</dev/urandom'";

afterEach(expectNothingLeft);

describe.each<[string, ReturnType<typeof requires>, Layout]>([
  ["v1's controller", requires("root", "cgroup_controller:devices"), layout],
  ["a BPF program", requires("root", "cgroup2_tree"), without("devices")],
])("devices by %s", (_, onMachine, using_) => {
  // The shell's own redirections need /dev/null and the file of its output.
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
