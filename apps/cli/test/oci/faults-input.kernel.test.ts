/** Broken configurations, given to the program itself: one line that says what is wrong, and nothing that stays. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { array, constantFrom, sample, tuple } from "fast-check";
import { expect } from "vitest";
import { leftovers } from "../support/oci-killed.ts";
import { type Bench, ociBench, shell } from "../support/oci.ts";
import { pathsIn, WRONG, withValue } from "../support/runtime-spec/changed-config.ts";

leavesHostUnchanged();

const GROUP = "wb-faults-input";
const given = requires("root", "command:busybox");

/** What `wb oci create` says of a configuration, whose container is deleted if there is one. */
async function created(bench: Bench, config: string): Promise<string> {
  const bundle = bench.bundle();
  writeFileSync(join(bundle, "config.json"), config);
  const { status, stdout, stderr } = await bench.call(["create", "-b", bundle, "input"]);
  expect({ config, status, stdout }).toEqual({ config, status: expect.toBeOneOf([0, 1]) as number, stdout: "" });
  if (status === 0) await bench.call(["delete", "--force", "input"]);
  else {
    expect(stderr).toMatch(/^(time="[^"]+" level=warning [^\n]*\n)*time="[^"]+" level=error msg="[^\n]{1,4000}"\n$/u);
    expect(stderr).not.toMatch(/\bat \S+ \(|undefined|\[object|TypeError|RangeError/u);
  }
  expect([config, leftovers(bench, { groups: GROUP })]).toEqual([config, []]);
  return stderr;
}

function plainConfig(bench: Bench): Record<string, unknown> {
  const { linux } = bench.spec;
  const spec = { ...bench.spec, ...shell("exit 0"), ociVersion: "1.0.2", root: { path: bench.rootfs } };
  return { ...spec, linux: { ...linux, cgroupsPath: `/${GROUP}`, resources: { pids: { limit: 20 } } } };
}

given.each<readonly [string, string | ((config: Record<string, unknown>) => unknown), RegExp]>([
  ["is empty", "", /is empty: a JSON object was expected/u],
  ["is cut", '{"ociVersion": "1.0.2", ', /is not JSON/u],
  ["is no JSON", "\u007fELF\u0002\u0001", /is not JSON/u],
  ["is a list", "[]", /config\.json/u],
  ["has no version", (config) => ({ ...config, ociVersion: undefined }), /ociVersion/u],
  ["has no root", (config) => ({ ...config, root: undefined }), /root/u],
  ["has a root that is not there", (config) => ({ ...config, root: { path: "nowhere" } }), /nowhere/u],
  ["has a root that is a file", (config) => ({ ...config, root: { path: "/etc/passwd" } }), /passwd/u],
  ["has a NUL byte in a path", (config) => ({ ...config, root: { path: "/a\0b" } }), /root\.path.*NUL/u],
  ["has a host name that is too long", (config) => ({ ...config, hostname: "x".repeat(65) }), /host name.* 65 bytes/u],
  [
    "has a mount of a file system that there is not",
    (config) => ({ ...config, mounts: [{ destination: "/mnt", type: "wbfs", source: "none" }] }),
    /wbfs/u,
  ],
  [
    "has an option that the file system refuses",
    (config) => ({ ...config, mounts: [{ destination: "/mnt", type: "tmpfs", source: "none", options: ["size=x"] }] }),
    /size/u,
  ],
  [
    "has a mount whose source is not there",
    (config) => ({ ...config, mounts: [{ destination: "/mnt", type: "bind", source: "/nowhere", options: ["bind"] }] }),
    /\/nowhere/u,
  ],
  [
    "has a limit that the kernel refuses",
    (config) => ({
      ...config,
      hostname: undefined,
      linux: { cgroupsPath: `/${GROUP}`, namespaces: [{ type: "mount" }], resources: { cpu: { cpus: "900" } } },
    }),
    /cpus/u,
  ],
  [
    "limits memory to what nothing fits in",
    (config) => ({
      ...config,
      linux: { ...(config["linux"] as object), resources: { memory: { limit: 1000 } } },
    }),
    /memory\.limit is 1000 bytes/u,
  ],
  [
    "joins a namespace that is a file of another kind",
    (config) => ({
      ...config,
      hostname: undefined,
      linux: { cgroupsPath: `/${GROUP}`, namespaces: [{ type: "mount" }, { type: "network", path: "/etc/passwd" }] },
    }),
    /passwd/u,
  ],
  [
    "has a hook that is not there",
    (config) => ({ ...config, hooks: { createRuntime: [{ path: "/nowhere" }] } }),
    /createRuntime.*\/nowhere/u,
  ],
])("create of a configuration that %s says so, and leaves nothing", async (_, broken, expected) => {
  using bench = ociBench();
  const config = typeof broken === "string" ? broken : JSON.stringify(broken(plainConfig(bench)));
  expect(await created(bench, config)).toMatch(expected);
});

/** The same each time; WB_TEST_SEED tries others. */
const seed = Number(process.env["WB_TEST_SEED"] ?? 1);

given(
  "create of configurations with random changes makes a container or says what is wrong",
  async () => {
    using bench = ociBench();
    const plain = plainConfig(bench);
    // Another root could be the machine's own, in which mount points would be made.
    const paths = pathsIn(plain).filter(
      ([first, last]) => first !== undefined && first !== "root" && last !== "cgroupsPath",
    );
    const changes = array(tuple(constantFrom(...paths), constantFrom(...WRONG)), { minLength: 1, maxLength: 2 });
    for (const change of sample(changes, { numRuns: 40, seed }))
      await created(
        bench,
        JSON.stringify(change.reduce<unknown>((config, [path, value]) => withValue(config, path, value), plain)),
      );
  },
  120_000,
);
