import { spawnSync } from "node:child_process";
import { call, capUserData, capUserHeader, LINUX_CAPABILITY_VERSION_3, pointer, type Program, step } from "@wb/syscall";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import {
  addAndDrop,
  ALL_CAPABILITIES,
  capabilityMask,
  type CapabilityMask,
  capabilityNames,
  capabilitySteps,
  DOCKER_CAPABILITIES,
  heldCapabilities,
  limitTo,
  ociCapabilities,
  parseCapabilities,
  type User,
} from "../src/index.ts";
import { credentials, outputOf, outputOfPeer } from "./command.ts";

const STATUS = ["cat", "/proc/self/status"] as const;
const root: User = { uid: 0, gid: 0 };
const ordinary: User = { uid: 1000, gid: 1000 };

/** The Steps of a container that docker would give these capabilities; what this machine lacks is left out. */
function container(capabilities: CapabilityMask, user: User): Program {
  const { sets } = parseCapabilities(ociCapabilities(capabilities, user));
  return capabilitySteps(limitTo(sets, heldCapabilities()).sets, { user });
}

describe("capabilitySteps()", () => {
  const cases = [
    { title: "docker's", capabilities: DOCKER_CAPABILITIES },
    { title: "--cap-drop ALL", capabilities: addAndDrop(DOCKER_CAPABILITIES, [], ["ALL"]) },
    {
      title: "--cap-drop ALL --cap-add NET_ADMIN",
      capabilities: addAndDrop(DOCKER_CAPABILITIES, ["NET_ADMIN"], ["ALL"]),
    },
    {
      title: "--cap-drop CHOWN --cap-add SYS_PTRACE",
      capabilities: addAndDrop(DOCKER_CAPABILITIES, ["SYS_PTRACE"], ["CHOWN"]),
    },
    { title: "--privileged", capabilities: ALL_CAPABILITIES },
  ];
  const users: { user: User; groups: string }[] = [
    { user: root, groups: "--clear-groups" },
    { user: ordinary, groups: "--clear-groups" },
    { user: { uid: 1000, gid: 1000, groups: [27, 100] }, groups: "--groups=27,100" },
    { user: { uid: 0, gid: 0, groups: [7] }, groups: "--groups=7" },
  ];
  const all = cases.flatMap((capabilities) => users.map((user) => ({ ...capabilities, ...user })));

  requires("root", "command:setpriv").for(all)(
    "$title for $user gives the sets that setpriv gives",
    async ({ capabilities, user, groups }) => {
      const wanted = capabilities & heldCapabilities().bounding;
      const peer = [
        "setpriv",
        `--reuid=${user.uid}`,
        `--regid=${user.gid}`,
        groups,
        "--inh-caps=-all",
        `--bounding-set=${setprivList(wanted)}`,
      ] as const;
      expect(credentials(await outputOf(STATUS, container(capabilities, user)))).toEqual(
        credentials(outputOfPeer([...peer, ...STATUS])),
      );
    },
  );

  requires("root", "command:capsh").for([root, ordinary])(
    "docker's for $uid gives the sets that capsh gives",
    async (user) => {
      const dropped = capabilityNames(ALL_CAPABILITIES & ~DOCKER_CAPABILITIES)
        .join(",")
        .toLowerCase();
      const ids = user.uid === 0 ? [] : ["--keep=0", "--groups=", `--gid=${user.gid}`, `--uid=${user.uid}`];
      const peer = outputOfPeer(["capsh", `--drop=${dropped}`, ...ids, "--", "-c", STATUS.join(" ")]);
      const capabilities = (status: string): string[] => credentials(status).filter((line) => line.startsWith("Cap"));
      expect(capabilities(await outputOf(STATUS, container(DOCKER_CAPABILITIES, user)))).toEqual(capabilities(peer));
    },
  );

  requires("root")(
    "docker's for root are 00000000a80425fb, and none for another user but in the bounding set",
    async () => {
      const held = heldCapabilities().bounding;
      const docker = (DOCKER_CAPABILITIES & held).toString(16).padStart(16, "0");
      const sets = async (user: User): Promise<string> =>
        credentials(await outputOf(STATUS, container(DOCKER_CAPABILITIES, user))).join(" ");
      expect(await sets(root)).toContain(
        `CapInh:\t${"0".repeat(16)} CapPrm:\t${docker} CapEff:\t${docker} CapBnd:\t${docker} CapAmb:\t${"0".repeat(16)}`,
      );
      expect(await sets(ordinary)).toContain(
        `CapPrm:\t${"0".repeat(16)} CapEff:\t${"0".repeat(16)} CapBnd:\t${docker} CapAmb:\t${"0".repeat(16)}`,
      );
    },
  );

  requires("root", "command:setpriv")(
    "gives an ordinary user what is in the ambient set, as setpriv does",
    async () => {
      const raw = capabilityMask(["NET_RAW", "NET_BIND_SERVICE"]);
      const sets = { bounding: raw, effective: raw, permitted: raw, inheritable: raw, ambient: raw };
      const list = "-all,+net_raw,+net_bind_service";
      const peer = outputOfPeer([
        "setpriv",
        "--reuid=1000",
        "--regid=1000",
        "--clear-groups",
        `--inh-caps=${list}`,
        `--ambient-caps=${list}`,
        `--bounding-set=${list}`,
        ...STATUS,
      ]);
      expect(credentials(await outputOf(STATUS, capabilitySteps(sets, { user: ordinary })))).toEqual(credentials(peer));
    },
  );

  requires("root")("fails with the call that was refused when the process may not drop capabilities", async () => {
    await expect(outputOf(STATUS, [noCapabilities, ...container(DOCKER_CAPABILITIES, root)])).rejects.toMatchObject({
      code: "EPERM",
      syscall: "prctl",
      step: "drop capabilities from the bounding set",
    });
  });
});

describe("a capability outside the caller's bounding set", () => {
  // In another Node, which lacks it: Node's own thread cannot drop one and get it back.
  const withoutSysTime = (script: string): unknown => {
    const argv = [
      "--bounding-set=-sys_time",
      "--inh-caps=-all",
      process.execPath,
      "--conditions=wb-source",
      "--input-type=module",
      "--eval",
      script,
    ];
    const { stdout, stderr } = spawnSync("setpriv", argv, { encoding: "utf8", cwd: import.meta.dirname });
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as unknown;
  };
  const script = (sets: string): string => `
    import { capabilityMask, capabilitySteps, heldCapabilities, limitTo } from "../src/index.ts";
    import { outputOf } from "./command.ts";
    const all = capabilityMask(["SYS_TIME", "CHOWN"]);
    const limited = limitTo({ bounding: all, effective: all, permitted: all, inheritable: 0n, ambient: 0n }, heldCapabilities());
    const wanted = { bounding: all, effective: all, permitted: all, inheritable: 0n, ambient: 0n };
    const told = await outputOf(["grep", "CapEff", "/proc/self/status"], capabilitySteps(${sets})).catch(({ code, syscall, hint }) => ({ code, syscall, hint }));
    console.log(JSON.stringify({ told, missing: limited.missing }));
  `;

  requires("root", "command:setpriv")("cannot be given, and limitTo() says which", () => {
    expect(withoutSysTime(script("limited.sets"))).toEqual({
      told: "CapEff:\t0000000000000001\n",
      missing: ["CAP_SYS_TIME"],
    });
  });

  requires("root", "command:setpriv")("is refused by the kernel when it is asked for nevertheless", () => {
    expect(withoutSysTime(script("wanted"))).toEqual({
      told: { code: "EPERM", syscall: "capset", hint: expect.stringContaining("bounding set") as string },
      missing: ["CAP_SYS_TIME"],
    });
  });
});

requires("command:capsh")("capabilityNames() has the names that capsh has", () => {
  const names = outputOfPeer(["capsh", `--decode=${ALL_CAPABILITIES.toString(16)}`])
    .trim()
    .split("=")[1];
  expect(capabilityNames(ALL_CAPABILITIES).join(",").toLowerCase()).toBe(names);
});

requires("command:capsh")("heldCapabilities() are those that a command of this process has", () => {
  const status = outputOfPeer([...STATUS]);
  expect(status).toContain(`CapBnd:\t${heldCapabilities().bounding.toString(16).padStart(16, "0")}`);
});

/** As setpriv takes it. */
function setprivList(mask: CapabilityMask): string {
  return ["-all", ...capabilityNames(mask).map((name) => `+${name.slice("CAP_".length).toLowerCase()}`)].join(",");
}

const noCapabilities = step("have no capabilities", [
  call("capset", pointer(capUserHeader, { version: LINUX_CAPABILITY_VERSION_3 }), pointer(capUserData, {})),
]);
