import { execFile } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeOptions, requires, temporaryDirectory } from "@wb/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCgroup } from "../src/create.ts";
import { mountNamedHierarchy } from "../src/named-hierarchy.ts";
import { openCgroup } from "../src/open.ts";
import { setReleaseAgent } from "../src/release-agent.ts";
import { caught, directoryOf, expectNothingLeft, layout, somePath, until } from "./group.ts";

const onV1 = requires("root", "init_userns", "init_cgroupns", "cgroup_v1");
const name = `wb-test-${process.pid}`;

/** The hierarchies that the kernel has, and this process's place in them. */
let before: string;
beforeEach(() => (before = readFileSync("/proc/self/cgroup", "utf8")));
afterEach(async () => {
  // The kernel takes a hierarchy apart after the unmount.
  await until(() => readFileSync("/proc/self/cgroup", "utf8") === before, "the hierarchies are as before");
  expectNothingLeft();
});

const PRELUDE = `
  import { execFileSync } from "node:child_process";
  import { existsSync, readFileSync } from "node:fs";
  import { createCgroup, detect, mountNamedHierarchy, releaseAgent, setReleaseAgent, unmountNamedHierarchy } from "@wb/cgroup";
  const print = (value) => console.log(JSON.stringify(value));
  const tried = (action) => { try { action(); return "done"; } catch (error) { return [error.code, error.message]; } };
  const named = (found) => found.hierarchies.find((one) => one.name === ${JSON.stringify(name)});
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", "/mnt"]);
`;

/** Runs code in namespaces of its own, where nothing that it mounts is seen from here. */
async function inOwnNamespaces(flags: readonly string[], code: string): Promise<unknown[]> {
  const node = [process.execPath, ...nodeOptions, "--input-type=module", "--eval", PRELUDE + code];
  const { stdout } = await promisify(execFile)("unshare", ["-m", ...flags, ...node], { cwd: import.meta.dirname });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

describe("mountNamedHierarchy()", () => {
  onV1("makes one that detect() finds, where groups are made as in the others", async () => {
    const path = somePath();
    const found = await inOwnNamespaces(
      [],
      `const hierarchy = mountNamedHierarchy(${JSON.stringify(name)}, "/mnt");
       print([named(detect()), hierarchy]);
       const group = createCgroup(${JSON.stringify(path)});
       group.add(process.pid);
       print(readFileSync("/proc/self/cgroup", "utf8").split("\\n").filter((line) => line.includes("=${name}:")));
       for (const { mountpoint } of group.layout.hierarchies)
         execFileSync("sh", ["-c", 'echo "$1" >"$2/cgroup.procs"', "sh", String(process.pid), mountpoint]);
       group.close();
       group.removeSync();
       print(existsSync("/mnt${path}"));
       print(unmountNamedHierarchy(hierarchy));
       print(named(detect()) ?? "none");`,
    );
    const hierarchy = { version: 1, controllers: [], name, mountpoint: "/mnt", root: "/" };
    expect(found).toEqual([
      [hierarchy, hierarchy],
      [expect.stringMatching(new RegExp(`^\\d+:name=${name}:${path}$`))],
      false,
      true,
      "none",
    ]);
  });

  test.each(["", "a,b", "a b", "a/b", "a".repeat(64)])("refuses the name %j", (wrong) => {
    expect(caught(() => mountNamedHierarchy(wrong, "/mnt"))).toMatchObject({ code: "WB_CGROUP_PATH", value: wrong });
  });
});

describe("setReleaseAgent()", () => {
  onV1("has the kernel start a program when the last process of a group ended", async () => {
    using directory = temporaryDirectory("wb-agent-");
    const [agent, output] = [join(directory.path, "agent"), join(directory.path, "output")];
    writeFileSync(agent, `#!/bin/sh\necho "$1 $(id -u)" >${output}\n`);
    chmodSync(agent, 0o755);
    chmodSync(directory.path, 0o755);
    const path = somePath();
    const found = await inOwnNamespaces(
      [],
      `const hierarchy = mountNamedHierarchy(${JSON.stringify(name)}, "/mnt");
       print(releaseAgent(hierarchy));
       setReleaseAgent(hierarchy, ${JSON.stringify(agent)});
       print(releaseAgent(hierarchy));
       const layout = { kind: "legacy", hierarchies: [hierarchy], unmounted: [], disabled: [] };
       const group = createCgroup(${JSON.stringify(path)}, { legacy: { notify_on_release: "1" } }, { layout });
       execFileSync("sh", ["-c", "echo $$ >/mnt${path}/cgroup.procs"]);
       for (const end = Date.now() + 30000; !existsSync(${JSON.stringify(output)}) && Date.now() < end;) execFileSync("sleep", ["0.05"]);
       setReleaseAgent(hierarchy, "");
       print(releaseAgent(hierarchy));
       group.close();
       group.removeSync();
       print(unmountNamedHierarchy(hierarchy));`,
    );
    expect(found).toEqual(["", agent, "", true]);
    expect(readFileSync(output, "utf8")).toBe(`${path} 0\n`);
  });

  onV1(
    "refuses it in another user or cgroup namespace, as the kernel does for the former (CVE-2022-0492)",
    async () => {
      const { controllers } = layout.hierarchies.find((one) => one.version === 1 && one.controllers.length > 0)!;
      const code = `
      execFileSync("mount", ["-t", "cgroup", "-o", ${JSON.stringify(controllers.join(","))}, "cgroup", "/mnt"]);
      const hierarchy = { version: 1, controllers: [], mountpoint: "/mnt", root: "/" };
      print(tried(() => setReleaseAgent(hierarchy, "/bin/true")));`;
      for (const [flags, kind] of [
        [["-Ur", "-C"], "user"],
        [["-C"], "cgroup"],
      ] as const) {
        expect(await inOwnNamespaces(flags, code)).toEqual([
          ["WB_CGROUP_WRITE", expect.stringContaining(`is the host's, and this is another ${kind} namespace`)],
        ]);
      }
    },
  );

  onV1("refuses what is no root of a v1 hierarchy, and what is no path", () => {
    const hierarchy = layout.hierarchies.find(({ version }) => version === 1)!;
    expect(caught(() => setReleaseAgent({ ...hierarchy, version: 2 }, "/x")).code).toBe("WB_CGROUP_CONTROLLER");
    expect(caught(() => setReleaseAgent({ ...hierarchy, root: "/docker" }, "/x")).code).toBe("WB_CGROUP_CONTROLLER");
    for (const wrong of ["x", "/x\n/y", `/${"x".repeat(4096)}`])
      expect(caught(() => setReleaseAgent(hierarchy, wrong))).toMatchObject({ code: "WB_CGROUP_LIMIT", value: wrong });
  });
});

describe("legacy", () => {
  onV1("sets notify_on_release in every v1 hierarchy, and takes it back in all", async () => {
    await using group = createCgroup(somePath());
    const values = (): string[] =>
      layout.hierarchies
        .filter(({ version }) => version === 1)
        .map(({ mountpoint }) => readFileSync(`${mountpoint}${group.path}/notify_on_release`, "utf8"));
    group.apply({ legacy: { notify_on_release: "1" } });
    expect(new Set(values())).toEqual(new Set(["1\n"]));
    group.apply({ legacy: { notify_on_release: "0" } });
    expect(caught(() => group.apply({ legacy: { notify_on_release: "1", "memory.swappiness": "500" } })).code).toBe(
      "WB_CGROUP_WRITE",
    );
    expect(new Set(values())).toEqual(new Set(["0\n"]));
  });

  requires(
    "root",
    "cgroup_v1",
    "cgroup_controller:cpuset",
  )("cgroup.clone_children gives a new cpuset group what the group above has", async () => {
    await using above = createCgroup(somePath(), { legacy: { "cgroup.clone_children": "1" }, cpuset: { cpus: "0" } });
    await using below = createCgroup(`${above.path}/below`);
    expect(readFileSync(join(directoryOf(below, "cpuset"), "cgroup.clone_children"), "utf8")).toBe("1\n");
    expect(readFileSync(join(directoryOf(below, "cpuset"), "cpuset.cpus"), "utf8")).toBe("0\n");
    expect(openCgroup(below.path).exists()).toBe(true);
  });
});
