import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Layout } from "@wb/cgroup";
import { ALL_CAPABILITIES, capabilityNames, DOCKER_CAPABILITIES, MASKED_PATHS } from "@wb/security";
import { afterEach, describe, expect, test, vi } from "vitest";
import { RUN_FLAGS } from "../src/commands/run-flags.ts";
import type { Account } from "../src/engine/account.ts";
import { containerSpec } from "../src/engine/container-spec.ts";
import { runOptions } from "../src/engine/run-options.ts";
import { parseFlags } from "../src/flags.ts";
import type { CompleteSpec } from "../src/oci/complete-spec.ts";

const ID = "0123456789abcdef".repeat(4);
const ROOT: Account = { uid: 0, gid: 0, groups: [], home: "/root" };
const LAYOUT: Layout = { kind: "hybrid", hierarchies: [], unmounted: [], disabled: [] };

function spec(args: readonly string[], account = ROOT): CompleteSpec {
  const { flags, words } = parseFlags("run", RUN_FLAGS, [...args, "sh", "-c", "true"]);
  return containerSpec(runOptions(flags, words), {
    id: ID,
    root: "/merged",
    cgroupsPath: `/wb-${ID}`,
    account,
    layout: LAYOUT,
  });
}

/** Without what depends on the machine. */
function portable({ process, linux, ...rest }: CompleteSpec): unknown {
  const maskedPaths = linux.maskedPaths.filter((path) => !path.includes("thermal_throttle"));
  return { ...rest, process: { ...process, rlimits: [] }, linux: { ...linux, devices: [], maskedPaths } };
}

afterEach(() => void vi.unstubAllEnvs());

describe("containerSpec()", () => {
  test("gives docker's defaults", () => {
    expect(portable(spec([]))).toMatchSnapshot();
  });

  test("turns every flag into OCI", () => {
    vi.stubEnv("WB_TEST_HERE", "here");
    const flags = [
      "--rm",
      "-i",
      "--name=web",
      "--hostname=box",
      "-m256m",
      "--cpus=0.5",
      "--cpu-shares=512",
      "--pids-limit=100",
      "-eA=b",
      "-eWB_TEST_HERE",
      "-eWB_TEST_NOT_HERE",
      "-ePATH=/bin",
      "-w/srv",
      "-v/a:/b",
      "-v/c:/d:ro",
      "--read-only",
      "--tmpfs=/run:size=1m,exec",
      "--cap-drop=ALL",
      "--cap-add=net_bind_service",
      "--cap-add=CAP_SYS_TIME",
      "--net=host",
    ];
    expect(portable(spec(flags, { uid: 1000, gid: 100, groups: [29, 100], home: "/home/eve" }))).toMatchSnapshot();
  });

  test("hides and forbids nothing with --privileged", () => {
    const privileged = spec(["--privileged"]);
    expect(portable(privileged)).toMatchSnapshot();
    expect(privileged.linux.devices).toContainEqual(
      expect.objectContaining({ path: "/dev/null", type: "c", major: 1, minor: 3 }),
    );
  });

  test("names the host as it is with --net host, and by its id otherwise", () => {
    expect([spec(["--net=host"]).hostname, spec([]).hostname, spec(["--net=host", "-hbox"]).hostname]).toEqual([
      hostname(),
      ID.slice(0, 12),
      "box",
    ]);
  });

  test.for([
    { flags: ["--cap-drop=ALL"], names: [] },
    { flags: ["--cap-drop=all", "--cap-add=CHOWN"], names: ["CAP_CHOWN"] },
    { flags: ["--cap-add=ALL", "--cap-drop=ALL"], names: capabilityNames(ALL_CAPABILITIES) },
    { flags: ["--privileged", "--cap-drop=ALL"], names: capabilityNames(ALL_CAPABILITIES) },
  ])("gives with $flags what docker gives", ({ flags, names }) => {
    expect(spec(flags).process.capabilities.bounding).toEqual(names);
  });

  test("refuses a capability that is none", () => {
    expect(() => spec(["--cap-add=SYS_TIEM"])).toThrow(
      expect.objectContaining({ message: expect.stringContaining("SYS_TIEM") as string, exitStatus: 125 }) as Error,
    );
  });

  test("gives another user no capabilities but what the bounding set keeps for set-user-ID programs", () => {
    const { capabilities } = spec([], { ...ROOT, uid: 1000 }).process;
    expect(capabilities.bounding).toEqual(capabilityNames(DOCKER_CAPABILITIES));
    expect(
      [capabilities.effective, capabilities.permitted, capabilities.inheritable, capabilities.ambient]
        .flat()
        .filter(Boolean),
    ).toEqual([]);
  });

  test("mounts what lies in another mount after it", () => {
    const { mounts } = spec(["-v/a:/x/y/z", "-v/b:/x", "--tmpfs=/x/y", "-v/c:/w"]);
    expect(mounts.slice(-4).map(({ destination }) => destination)).toEqual(["/x", "/w", "/x/y", "/x/y/z"]);
  });

  test("puts the group itself among the supplementary ones (CVE-2022-36109)", () => {
    const { user } = spec([], { uid: 1, gid: 2, groups: [3, 2], home: "/" }).process;
    expect(user).toEqual({ uid: 1, gid: 2, additionalGids: [2, 3] });
  });

  test("masks all that docker masks", () => {
    expect(spec([]).linux.maskedPaths).toEqual(expect.arrayContaining([...MASKED_PATHS]));
  });

  test("limits open files to what wb's caller may open", () => {
    const [, soft] = /^Max open files +(\d+)/mu.exec(readFileSync(`/proc/${process.ppid}/limits`, "utf8")) ?? [];
    expect(spec([]).process.rlimits).toEqual([expect.objectContaining({ type: "RLIMIT_NOFILE", soft: Number(soft) })]);
  });

  test.for([
    { version: 1, controllers: ["memory"], mountpoint: "/no/such/place", swap: undefined },
    { version: 2, controllers: ["memory"], mountpoint: "/sys/fs/cgroup", swap: 2 * 67_108_864 },
    { version: 2, controllers: [], mountpoint: "/sys/fs/cgroup", swap: undefined },
  ] as const)(
    "lets -m swap as much again where v$version counts swap (controllers: $controllers)",
    ({ swap, ...hierarchy }) => {
      const { flags, words } = parseFlags("run", RUN_FLAGS, ["-m64m", "sh"]);
      const layout = { ...LAYOUT, hierarchies: [{ root: "/", ...hierarchy }] };
      const { linux } = containerSpec(runOptions(flags, words), {
        id: ID,
        root: "/",
        cgroupsPath: "/x",
        account: ROOT,
        layout,
      });
      expect(linux.resources.memory).toEqual(swap === undefined ? { limit: 67_108_864 } : { limit: 67_108_864, swap });
    },
  );
});
