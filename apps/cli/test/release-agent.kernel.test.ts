import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostState, requires } from "@wb/testing";
import { expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { output } from "./support/wb.ts";

/**
 * CVE-2022-0492: who can write a v1 hierarchy's release_agent has the host start a program as root. What is tried here is
 * what the exploits did: find the file, mount a hierarchy that shows it, or make a new one.
 */
const ATTEMPTS = `
  for file in $(find / -xdev -name release_agent 2>/dev/null) $(find /sys/fs/cgroup -name release_agent); do
    echo "found $file"; (echo /tmp/agent >$file) 2>/dev/null && echo "wrote $file"
  done
  for options in $(cut -d: -f2 /proc/self/cgroup | grep .) perf_event net_cls,net_prio rdma none,name=wb-test; do
    mount -t cgroup -o $options cgroup /mnt 2>/dev/null || continue
    echo "mounted $options"
    (echo /tmp/agent >/mnt/release_agent) 2>/dev/null && echo "wrote it there"
    umount /mnt
  done
  echo end`;

const inUserNamespace = ["unshare", "-UrmC", "--propagation", "unchanged", "sh", "-c", ATTEMPTS];
const onV1 = requires("root", "init_cgroupns", "cgroup_v1");

/** No attempt wrote it. */
async function isSafe(attempts: () => Promise<string>): Promise<string> {
  const before = hostState();
  const agents = releaseAgents();
  const lines = await attempts();
  expect(lines).toMatch(/(?:^|\n)end\n$/);
  expect(lines).not.toContain("wrote");
  expect(releaseAgents()).toEqual(agents);
  await isAsBefore(before);
  return lines;
}

function releaseAgents(): string {
  return execFileSync("sh", ["-c", "cat /proc/self/cgroup; tail -v /sys/fs/cgroup/*/release_agent"], {
    encoding: "utf8",
  });
}

onV1("wb run: root in a container neither sees a release_agent nor can mount one", async () => {
  expect(await isSafe(() => output(["sh", "-c", ATTEMPTS]))).toBe("end\n");
});

onV1("wb run: root in a user namespace of a container cannot write a release_agent", async () => {
  const lines = await isSafe(() => output(["--security-opt", "seccomp=unconfined", ...inUserNamespace]));
  expect(lines).not.toContain("mounted none,name=wb-test");
});

onV1("wb run --privileged: mounts of v1 show the container's own groups, which have no release_agent", async () => {
  const lines = await isSafe(() => output(["--privileged", "sh", "-c", ATTEMPTS]));
  expect(lines).not.toContain("found");
  // What it may mount is there; new hierarchies are the first cgroup namespace's to make.
  expect(lines).toContain("mounted");
  expect(lines).not.toMatch(/mounted (?:none,name=wb-test|perf_event)/);
});

onV1("wb run --privileged: a user and cgroup namespace in it changes nothing of that", async () => {
  await isSafe(() => output(["--privileged", ...inUserNamespace]));
});

// Commit 24f600856418 of Linux 5.17, in the stable kernels since February 2022.
requires(
  "root",
  "init_cgroupns",
  "cgroup_v1",
  "kernel>=5.17",
)("the kernel lets nobody in a new user namespace write the release_agent that a mount of the root shows", async () => {
  const [file = "", ...args] = inUserNamespace;
  await isSafe(async () => execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  expect(readFileSync("/proc/self/cgroup", "utf8")).not.toContain("wb-test");
});
