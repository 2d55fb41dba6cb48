import { explain, type Step } from "@wb/syscall";
import { describe, expect, test } from "vitest";
import { cpuAffinityStep, ioPriorityStep, memoryPolicyStep, personalityStep, schedulerStep } from "../src/index.ts";

test("each Step is the call that its manual page names", () => {
  const steps = [
    schedulerStep({ policy: "SCHED_OTHER", nice: -5 }),
    schedulerStep({ policy: "SCHED_FIFO", priority: 10, flags: ["SCHED_FLAG_RESET_ON_FORK"] }),
    schedulerStep({ policy: "SCHED_DEADLINE", runtime: 1_000_000, deadline: 10_000_000n, period: 20_000_000 }),
    ioPriorityStep({ class: "IOPRIO_CLASS_BE", priority: 4 }),
    cpuAffinityStep("0-2,65"),
    memoryPolicyStep({ mode: "MPOL_BIND", nodes: "0-1", flags: ["MPOL_F_STATIC_NODES"] }),
    memoryPolicyStep({ mode: "MPOL_DEFAULT" }),
  ];
  expect(explain(steps)).toMatchInlineSnapshot(`
    "# have the scheduling policy SCHED_OTHER
    # $ chrt --other -p 0 $$; renice -5 $$
    sched_setattr(0, {size=56, sched_policy=SCHED_NORMAL, sched_flags=0, sched_nice=-5, sched_priority=0, sched_runtime=0, sched_deadline=0, sched_period=0}, 0)

    # have the scheduling policy SCHED_FIFO
    # $ chrt --fifo -p 10 $$
    sched_setattr(0, {size=56, sched_policy=SCHED_FIFO, sched_flags=SCHED_FLAG_RESET_ON_FORK, sched_nice=0, sched_priority=10, sched_runtime=0, sched_deadline=0, sched_period=0}, 0)

    # have the scheduling policy SCHED_DEADLINE
    # $ chrt --deadline --sched-runtime 1000000 --sched-deadline 10000000 --sched-period 20000000 -p 0 $$
    sched_setattr(0, {size=56, sched_policy=SCHED_DEADLINE, sched_flags=0, sched_nice=0, sched_priority=0, sched_runtime=1000000, sched_deadline=10000000, sched_period=20000000}, 0)

    # have the I/O priority IOPRIO_CLASS_BE 4
    # $ ionice -c 2 -n 4 -p $$
    ioprio_set(IOPRIO_WHO_PROCESS, 0, 0x4004)

    # run on the processors 0-2,65
    # $ taskset -cp 0-2,65 $$
    sched_setaffinity(0, 16, "\\x07\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x00\\x00\\x00\\x00")

    # have the memory policy MPOL_BIND 0-1 MPOL_F_STATIC_NODES
    set_mempolicy(0x8002, "\\x03\\x00\\x00\\x00\\x00\\x00\\x00\\x00", 65)

    # have the memory policy MPOL_DEFAULT
    set_mempolicy(0, NULL, 0)
    "
  `);
});

describe.each<[name: string, make: () => Step, message: string]>([
  [
    "schedulerStep()",
    () => schedulerStep({ policy: "SCHED_ISO" }),
    'process.scheduler.policy is "SCHED_ISO": expected one of SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE, SCHED_DEADLINE',
  ],
  ["schedulerStep()", () => schedulerStep({ policy: "toString" }), 'process.scheduler.policy is "toString"'],
  [
    "schedulerStep()",
    () => schedulerStep({ policy: "SCHED_OTHER", nice: 20 }),
    "process.scheduler.nice is 20: expected -20 to 19",
  ],
  [
    "schedulerStep()",
    () => schedulerStep({ policy: "SCHED_OTHER", priority: 1 }),
    "process.scheduler.priority is 1: SCHED_OTHER has none, SCHED_FIFO and SCHED_RR have",
  ],
  ["schedulerStep()", () => schedulerStep({ policy: "SCHED_RR" }), "process.scheduler.priority is 0: expected 1 to 99"],
  [
    "schedulerStep()",
    () => schedulerStep({ policy: "SCHED_RR", priority: 1, runtime: 5 }),
    "process.scheduler.runtime is 5: SCHED_RR has none, SCHED_DEADLINE has",
  ],
  [
    "schedulerStep()",
    () => schedulerStep({ policy: "SCHED_DEADLINE", runtime: -5 }),
    "process.scheduler.runtime is -5: expected nanoseconds, 0 or more",
  ],
  [
    "schedulerStep()",
    () => schedulerStep({ policy: "SCHED_OTHER", flags: ["RESET_ON_FORK"] }),
    'process.scheduler.flags is "RESET_ON_FORK": expected one of SCHED_FLAG_RESET_ON_FORK, ',
  ],
  [
    "ioPriorityStep()",
    () => ioPriorityStep({ class: "IOPRIO_CLASS_NONE", priority: 0 }),
    'process.ioPriority.class is "IOPRIO_CLASS_NONE": expected one of IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE',
  ],
  [
    "ioPriorityStep()",
    () => ioPriorityStep({ class: "IOPRIO_CLASS_BE", priority: 8 }),
    "process.ioPriority.priority is 8: expected 0 to 7",
  ],
  ["cpuAffinityStep()", () => cpuAffinityStep(""), 'process.execCPUAffinity is "": "" is no number or range: 0-3,7'],
  [
    "cpuAffinityStep()",
    () => cpuAffinityStep("0,a-3", "process.execCPUAffinity.final"),
    'process.execCPUAffinity.final is "0,a-3": "a-3" is no number or range: 0-3,7',
  ],
  [
    "cpuAffinityStep()",
    () => cpuAffinityStep("3-1"),
    'process.execCPUAffinity is "3-1": the range 3-1 ends before it begins',
  ],
  [
    "cpuAffinityStep()",
    () => cpuAffinityStep("9000"),
    'process.execCPUAffinity is "9000": 9000 is above 8191, the kernel\'s largest',
  ],
  [
    "memoryPolicyStep()",
    () => memoryPolicyStep({ mode: "MPOL_BIND" }),
    'linux.memoryPolicy.nodes is "": MPOL_BIND needs nodes, 0-3,7 for example',
  ],
  [
    "memoryPolicyStep()",
    () => memoryPolicyStep({ mode: "MPOL_LOCAL", nodes: "0" }),
    'linux.memoryPolicy.nodes is "0": MPOL_LOCAL takes none',
  ],
  [
    "memoryPolicyStep()",
    () => memoryPolicyStep({ mode: "bind", nodes: "0" }),
    'linux.memoryPolicy.mode is "bind": expected one of MPOL_DEFAULT, ',
  ],
  [
    "memoryPolicyStep()",
    () => memoryPolicyStep({ mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_X"] }),
    'linux.memoryPolicy.flags is "MPOL_F_X": expected one of MPOL_F_NUMA_BALANCING, MPOL_F_RELATIVE_NODES, MPOL_F_STATIC_NODES',
  ],
  [
    "personalityStep()",
    () => personalityStep("LINUX64" as "LINUX"),
    'linux.personality.domain is "LINUX64": expected one of LINUX, LINUX32',
  ],
  [
    "personalityStep()",
    () => personalityStep("LINUX", ["ADDR_NO_RANDOMIZE"]),
    'linux.personality.flags is ["ADDR_NO_RANDOMIZE"]: the specification has no flags',
  ],
])("%s", (_, make, message) => {
  test(`refuses: ${message}`, () => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });
});
