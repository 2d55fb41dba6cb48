import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import {
  call,
  capUserData,
  capUserHeader,
  LINUX_CAPABILITY_VERSION_3,
  pointer,
  RLIMIT,
  SECBIT,
  step,
} from "@wb/syscall";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import {
  ALL_CAPABILITIES,
  capabilityMask,
  capabilitySteps,
  heldCapabilities,
  noNewPrivs,
  oomScoreAdjStep,
  personalityStep,
  rlimitSteps,
  securebitsStep,
  sessionStep,
  umaskStep,
} from "../src/index.ts";
import { outputOf, outputOfPeer } from "./command.ts";

const noCapabilities = step("have no capabilities", [
  call("capset", pointer(capUserHeader, { version: LINUX_CAPABILITY_VERSION_3 }), pointer(capUserData, {})),
]);

describe("rlimitSteps()", () => {
  const LIMITS = ["cat", "/proc/self/limits"] as const;

  requires("root", "command:prlimit").for([
    { name: "CORE", soft: 0, hard: 4096 },
    { name: "CPU", soft: 60, hard: 120 },
    { name: "FSIZE", soft: 4_194_304, hard: 8_388_608 },
    { name: "MEMLOCK", soft: 32_768, hard: 65_536 },
    { name: "NOFILE", soft: 256, hard: 512 },
    { name: "NPROC", soft: 4096, hard: 8192 },
    { name: "STACK", soft: 4_194_304, hard: 8_388_608 },
  ])("sets $name as prlimit does", async ({ name, soft, hard }) => {
    const limits = rlimitSteps([{ type: `RLIMIT_${name}`, soft, hard }]);
    const peer = outputOfPeer(["prlimit", `--${name.toLowerCase()}=${soft}:${hard}`, ...LIMITS]);
    expect(await outputOf([...LIMITS], limits)).toBe(peer);
  });

  requires("root")("sets every limit to what it is", async () => {
    const lines = outputOfPeer([...LIMITS])
      .split("\n")
      .slice(1, -1);
    const all = lines.map((line) => /(\S+) +(\S+) +\S*\s*$/u.exec(line.slice(26))!.slice(1, 3));
    // proc_pid_limits(5) prints them in the order of their numbers.
    const order = Object.keys(RLIMIT);
    const number = (text = ""): number => (text === "unlimited" ? -1 : Number(text));
    const limits = order.map((name, index) => ({
      type: `RLIMIT_${name}`,
      soft: number(all[index]?.[0]),
      hard: number(all[index]?.[1]),
    }));
    expect(await outputOf([...LIMITS], rlimitSteps(limits))).toBe(outputOfPeer([...LIMITS]));
  });

  requires("root")("fails when a hard limit would be raised without CAP_SYS_RESOURCE", async () => {
    const raised = rlimitSteps([{ type: "RLIMIT_NPROC", soft: 1, hard: -1 }]);
    await expect(
      outputOf(["true"], [...rlimitSteps([{ type: "RLIMIT_NPROC", soft: 5, hard: 5 }]), noCapabilities, ...raised]),
    ).rejects.toMatchObject({
      code: "EPERM",
      syscall: "prlimit64",
      step: "limit NPROC to 1, at most unlimited",
      hint: expect.stringContaining("CAP_SYS_RESOURCE") as string,
    });
  });
});

requires("root")("rlimitSteps() tells of fs.nr_open when RLIMIT_NOFILE is above it", async () => {
  await expect(
    outputOf(["true"], rlimitSteps([{ type: "RLIMIT_NOFILE", soft: 1024, hard: -1 }])),
  ).rejects.toMatchObject({ code: "EPERM", hint: expect.stringContaining("fs.nr_open") as string });
});

requires("root", "command:choom")("oomScoreAdjStep() raises the score as choom does", async () => {
  const SCORE = ["cat", "/proc/self/oom_score_adj"] as const;
  expect(await outputOf([...SCORE], [oomScoreAdjStep(321)])).toBe(outputOfPeer(["choom", "-n", "321", "--", ...SCORE]));
});

requires("root")("oomScoreAdjStep() is refused a lower score without CAP_SYS_RESOURCE", async () => {
  await expect(outputOf(["true"], [noCapabilities, oomScoreAdjStep(-1000)])).rejects.toMatchObject({
    code: "EACCES",
    syscall: "write",
  });
});

requires("root")("umaskStep() sets the umask", async () => {
  expect(await outputOf(["sh", "-c", "umask"], [umaskStep(0o27)])).toBe("0027\n");
});

requires("root")("sessionStep makes the command a session leader", async () => {
  const [pid, , , , , session] = (await outputOf(["cat", "/proc/self/stat"], [sessionStep])).split(" ");
  expect(session).toBe(pid);
});

requires("root", "command:setarch")("personalityStep() changes what uname says, as setarch does", async () => {
  const linux32 = outputOfPeer(["setarch", "linux32", "uname", "-m"]);
  expect(await outputOf(["uname", "-m"], [personalityStep("LINUX32")])).toBe(linux32);
  expect(linux32).not.toBe(outputOfPeer(["uname", "-m"]));
});

describe("noNewPrivs", () => {
  requires("root", "command:setpriv")("is in the status, as setpriv sets it", async () => {
    const argv = ["grep", "NoNewPrivs", "/proc/self/status"] as const;
    expect(await outputOf([...argv], [noNewPrivs])).toBe(outputOfPeer(["setpriv", "--no-new-privs", ...argv]));
  });

  requires("root")("takes the set-user-ID bit its effect", async () => {
    const sets = {
      bounding: ALL_CAPABILITIES & heldCapabilities().bounding,
      effective: 0n,
      permitted: 0n,
      inheritable: 0n,
      ambient: 0n,
    };
    const user = capabilitySteps(sets, { user: { uid: 1000, gid: 1000 } });
    const directory = mkdtempSync("/var/tmp/wb-suid-");
    try {
      chmodSync(directory, 0o755);
      copyFileSync("/usr/bin/id", `${directory}/id`);
      chmodSync(`${directory}/id`, 0o4755);
      expect(await outputOf([`${directory}/id`, "-u"], user)).toBe("0\n");
      expect(await outputOf([`${directory}/id`, "-u"], [...user, noNewPrivs])).toBe("1000\n");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

requires("root", "command:capsh")("securebitsStep() makes root a user like any other", async () => {
  const chown = capabilityMask(["CHOWN"]);
  const sets = { bounding: chown, effective: chown, permitted: chown, inheritable: 0n, ambient: 0n };
  const steps = [
    securebitsStep(SECBIT.NOROOT | SECBIT.NOROOT_LOCKED),
    ...capabilitySteps(sets, { user: { uid: 0, gid: 0 } }),
  ];
  const printed = await outputOf(["sh", "-c", "grep CapEff /proc/self/status; capsh --print | grep Securebits"], steps);
  expect(printed).toMatch(/^CapEff:\t0000000000000000\nSecurebits: 03\/0x3\/2'b11/u);
});
