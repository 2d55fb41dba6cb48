import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import {
  cpuAffinityStep,
  ioPriorityStep,
  memoryPolicyStep,
  personalityStep,
  type Scheduler,
  schedulerStep,
} from "../src/index.ts";
import { outputOf, outputOfPeer } from "./command.ts";

describe("schedulerStep()", () => {
  const POLICY = ["sh", "-c", "chrt -p $$ | sed 's/pid [0-9]*//'; cut -d' ' -f19 /proc/self/stat"] as const;

  async function isWhatPeerDoes({ wanted, peer }: { wanted: Scheduler; peer: string[] }): Promise<void> {
    expect(await outputOf([...POLICY], [schedulerStep(wanted)])).toBe(outputOfPeer(["env", ...peer, ...POLICY]));
  }

  requires("root", "command:chrt").for<{ wanted: Scheduler; peer: string[] }>([
    { wanted: { policy: "SCHED_OTHER" }, peer: ["chrt", "--other", "0"] },
    { wanted: { policy: "SCHED_OTHER", nice: 7 }, peer: ["nice", "-n", "7"] },
    { wanted: { policy: "SCHED_BATCH", nice: -3 }, peer: ["nice", "-n", "-3", "chrt", "--batch", "0"] },
    { wanted: { policy: "SCHED_IDLE" }, peer: ["chrt", "--idle", "0"] },
  ])("is what $peer does", isWhatPeerDoes);

  requires("root", "realtime").for<{ wanted: Scheduler; peer: string[] }>([
    { wanted: { policy: "SCHED_FIFO", priority: 10 }, peer: ["chrt", "--fifo", "10"] },
    {
      wanted: { policy: "SCHED_RR", priority: 99, flags: ["SCHED_FLAG_RESET_ON_FORK"] },
      peer: ["chrt", "--reset-on-fork", "--rr", "99"],
    },
  ])("is what $peer does", isWhatPeerDoes);

  requires("root", "command:chrt")("sets the times of SCHED_DEADLINE", async () => {
    const times = { runtime: 1_000_000, deadline: 10_000_000, period: 20_000_000 };
    const flags = ["SCHED_FLAG_RESET_ON_FORK"];
    const setup = [schedulerStep({ policy: "SCHED_DEADLINE", flags, ...times })];
    const printed = await outputOf(["sh", "-c", "chrt -p $$"], setup);
    expect(printed).toContain("SCHED_DEADLINE");
    expect(printed).toContain("1000000/10000000/20000000");
  });

  requires("root")("fails with the kernel's refusal", async () => {
    const setup = [schedulerStep({ policy: "SCHED_DEADLINE", runtime: 2, deadline: 1 })];
    await expect(outputOf(["true"], setup)).rejects.toMatchObject({ code: "EINVAL", syscall: "sched_setattr" });
  });
});

describe("ioPriorityStep()", () => {
  const PRIORITY = ["sh", "-c", "ionice -p $$"] as const;

  requires("root", "command:ionice").for([
    { wanted: { class: "IOPRIO_CLASS_RT", priority: 0 }, peer: ["-c", "1", "-n", "0"] },
    { wanted: { class: "IOPRIO_CLASS_BE", priority: 6 }, peer: ["-c", "2", "-n", "6"] },
    { wanted: { class: "IOPRIO_CLASS_IDLE", priority: 0 }, peer: ["-c", "3"] },
  ])("is what ionice $peer does", async ({ wanted, peer }) => {
    expect(await outputOf([...PRIORITY], [ioPriorityStep(wanted)])).toBe(
      outputOfPeer(["ionice", ...peer, ...PRIORITY]),
    );
  });
});

describe("cpuAffinityStep()", () => {
  const CPUS = ["sh", "-c", "taskset -cp $$ | sed 's/.*: //'"] as const;

  requires("root", "command:taskset")("is what taskset does", async () => {
    expect(await outputOf([...CPUS], [cpuAffinityStep("0")])).toBe("0\n");
    expect(await outputOf([...CPUS], [cpuAffinityStep("0,4000-8191")])).toBe(
      outputOfPeer(["taskset", "-c", "0", ...CPUS]),
    );
  });

  requires("root")("fails for processors that are not there", async () => {
    await expect(outputOf(["true"], [cpuAffinityStep("8191")])).rejects.toMatchObject({
      code: "EINVAL",
      syscall: "sched_setaffinity",
      hint: expect.stringContaining("cpuset") as string,
    });
  });
});

describe("memoryPolicyStep()", () => {
  const POLICY = ["sh", "-c", "grep stack /proc/self/numa_maps | cut -d' ' -f2"] as const;

  requires("root").for([
    { wanted: { mode: "MPOL_BIND", nodes: "0" }, shown: "bind:0" },
    { wanted: { mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_STATIC_NODES"] }, shown: "bind=static:0" },
    { wanted: { mode: "MPOL_PREFERRED", nodes: "0" }, shown: "prefer:0" },
    { wanted: { mode: "MPOL_INTERLEAVE", nodes: "0" }, shown: "interleave:0" },
    { wanted: { mode: "MPOL_LOCAL" }, shown: "local" },
    { wanted: { mode: "MPOL_DEFAULT" }, shown: "default" },
  ])("shows $shown in numa_maps", async ({ wanted, shown }) => {
    expect(await outputOf([...POLICY], [memoryPolicyStep(wanted)])).toBe(`${shown}\n`);
  });

  requires("root")("fails for nodes that are not there", async () => {
    const setup = [memoryPolicyStep({ mode: "MPOL_BIND", nodes: "1000" })];
    await expect(outputOf(["true"], setup)).rejects.toMatchObject({ code: "EINVAL", syscall: "set_mempolicy" });
  });
});

requires("root", "command:setarch")("personalityStep() sets both domains, as setarch does", async () => {
  const shown = ["sh", "-c", "uname -m; cat /proc/self/personality"] as const;
  for (const [domain, peer] of [
    ["LINUX", "linux64"],
    ["LINUX32", "linux32"],
  ] as const)
    expect(await outputOf([...shown], [personalityStep(domain)])).toBe(outputOfPeer(["setarch", peer, ...shown]));
});
