import { spawnSync } from "node:child_process";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect, test } from "vitest";
import { outputOfShell } from "./support/output-of.ts";

leavesHostUnchanged();

/** What a child of Node's own child_process prints, with the same stdio as {@link outputOfShell}. */
function outputOfPeer(script: string): string {
  return spawnSync("/bin/sh", ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).stdout.trim();
}

/** What differs from one process to the next by itself. */
const own = /^(Pid|PPid|Tgid|NS\w+|Vm\w+|Rss\w+|\w*voluntary_ctxt_switches|Threads|SigQ|FDSize|HugetlbPages):/u;

function status(text: string): string[] {
  return text.split("\n").filter((line) => !own.test(line));
}

test("a command has the same /proc/self/status as a child of child_process: signals, masks, ids, capabilities, no_new_privs", async () => {
  const script = "cat /proc/self/status";
  const wanted = status(outputOfPeer(script));
  expect(status(await outputOfShell(script))).toEqual(wanted);
  expect(wanted).toEqual(
    expect.arrayContaining(["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000", "NoNewPrivs:\t0"]),
  );
});

test("a command has the same resource limits as a child of child_process", async () => {
  const script = "cat /proc/self/limits";
  expect(await outputOfShell(script)).toBe(outputOfPeer(script));
});

test("a command's stdio has the same flags as that of a child of child_process", async () => {
  // Not those of the shell's own children: what /proc/$$ has is what was given to the shell.
  const script = "for fd in 0 1 2; do grep flags /proc/$$/fdinfo/$fd; done";
  // The last digit is the access mode: child_process has sockets for pipes, which are read-write.
  const flags = (text: string): string[] => text.split("\n").map((line) => line.slice(0, -1));
  expect(flags(await outputOfShell(script))).toEqual(flags(outputOfPeer(script)));
});

test.each([
  "cat /proc/self/cgroup",
  "cat /proc/self/oom_score_adj",
  "cat /proc/self/personality",
  "cat /proc/self/timerslack_ns",
  "grep -E '^(policy|prio) ' /proc/self/sched",
  "cut -d ' ' -f 6 /proc/self/stat", // its session
  "umask; nice; pwd",
])("a command prints the same as a child of child_process: %s", async (script) => {
  expect(await outputOfShell(script)).toBe(outputOfPeer(script));
});

test("signals that this process ignores or blocks are not ignored or blocked in the command", async () => {
  const script = "grep -E '^Sig(Ign|Blk)' /proc/self/status | cut -f 2";
  process.on("SIGUSR2", ignore);
  expect(await outputOfShell(script)).toBe("0000000000000000\n0000000000000000");
  process.off("SIGUSR2", ignore);
});

requires("root", "timens")("the command of a second stage inherits the same, too", async () => {
  const maps = [{ inside: 0, outside: 0, count: 4_294_967_295 }];
  const options = { namespaces: ["user", "time"], uidMap: maps, gidMap: maps } as const;
  // In a user namespace it has all capabilities, and none of the caller's groups.
  const others = /^(?:Cap|Groups:)/u;
  const without = (text: string): string[] => status(text).filter((line) => !others.test(line));
  const script = "cat /proc/self/status";
  expect(without(await outputOfShell(script, options))).toEqual(without(outputOfPeer(script)));
  expect(await outputOfShell("ls /proc/$$/fd", options)).toBe("0\n1\n2");
});

function ignore(): void {
  // A handler is all that is wanted.
}
