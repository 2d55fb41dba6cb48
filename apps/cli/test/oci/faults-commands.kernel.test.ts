/** kill -9 of `wb oci` before the system calls of each command that changes a container. */
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { EVERY_CALL, FROM, killAt, leftovers, truth } from "../support/oci-killed.ts";
import { ociBench, shell } from "../support/oci.ts";

leavesHostUnchanged();

const GROUP = "wb-faults-command-";

interface Case {
  readonly command: readonly string[];
  /** The call that is the first of the command's own. */
  readonly from: number;
  /** What makes the container ready for it. */
  readonly before: readonly (readonly string[])[];
  /** What the container may be afterwards. */
  readonly told: readonly string[];
}

const CREATE = ["create", "-b", "BUNDLE", "ID"] as const;
const RUN = ["run", "-d", "-b", "BUNDLE", "ID"] as const;
const { flock, pidfd_open } = FROM;

const cases: readonly Case[] = [
  { command: ["start", "ID"], from: flock, before: [CREATE], told: ["created", "running"] },
  { command: ["exec", "ID", "true"], from: pidfd_open, before: [RUN], told: ["running"] },
  { command: ["exec", "-d", "ID", "sleep", "100"], from: pidfd_open, before: [RUN], told: ["running"] },
  { command: ["kill", "ID", "KILL"], from: pidfd_open, before: [RUN], told: ["running", "stopped"] },
  { command: ["pause", "ID"], from: flock, before: [RUN], told: ["running", "paused"] },
  { command: ["resume", "ID"], from: flock, before: [RUN, ["pause", "ID"]], told: ["running", "paused"] },
  { command: ["update", "--memory", "32000000", "ID"], from: flock, before: [RUN], told: ["running"] },
  {
    command: ["delete", "ID"],
    from: flock,
    before: [CREATE],
    told: ["created", "stopped", "container does not exist"],
  },
  {
    command: ["delete", "--force", "ID"],
    from: flock,
    before: [RUN],
    told: ["running", "stopped", "container does not exist"],
  },
];

requires("root", "command:perl", "command:busybox").each(cases)(
  "$command.0 that is killed before any of its calls leaves what state tells the truth about, and delete removes",
  async ({ command, from, before, told }) => {
    using bench = ociBench();
    const id = "victim";
    const linux = { ...bench.spec.linux, cgroupsPath: `/${GROUP}${command[0]}`, resources: { pids: { limit: 20 } } };
    const bundle = bench.bundle({ ...shell("while :; do sleep 1; done"), linux });
    const named = (words: readonly string[]): string[] =>
      words.map((word) => ({ ID: id, BUNDLE: bundle })[word] ?? word);
    for (let n = 1; ; n += EVERY_CALL ? 1 : 13) {
      for (const words of before) expect(await bench.call(named(words))).toEqual({ stdout: "", stderr: "", status: 0 });
      const { reached } = await killAt(bench, { whom: "wb", n, from }, named(command));
      expect([n, told]).toEqual([n, expect.arrayContaining([await truth(bench, id)])]);
      expect([n, await bench.call(["delete", "--force", id])]).toEqual([n, { stdout: "", stderr: "", status: 0 }]);
      expect([n, leftovers(bench, { groups: GROUP })]).toEqual([n, []]);
      if (!reached) break;
    }
  },
  900_000,
);
