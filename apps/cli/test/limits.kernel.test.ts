import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hostState, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { type Outcome, output, start, wb } from "./support/wb.ts";

const withMemory = requires("root", "cgroup_controller:memory");
const withCpu = requires("root", "cgroup_controller:cpu");
const withPids = requires("root", "cgroup_controller:pids");

/** What files of a container's cgroups hold, as the host sees them, while it runs. */
async function whileRunning<T>(args: readonly string[], look: (files: (names: string) => string[]) => T): Promise<T> {
  using directory = temporaryDirectory();
  const state = join(directory.path, "state");
  const running = start(["run", "--rm", "--rootfs=/:O", ...args, "sh", "-c", "echo started; sleep 30"], {
    env: { WB_STATE: state },
  });
  try {
    await new Promise((resolve, reject) => {
      running.stdout.once("data", resolve);
      running.outcome.then(({ stderr }) => reject(new Error(stderr)), reject);
    });
    const id = readdirSync(state).find((name) => /^[\da-f]{64}$/u.test(name)) ?? "none";
    return look((name) => cgroupFiles(`wb-${id}`, name));
  } finally {
    running.kill("SIGKILL");
    await running.outcome;
    await wb(["run", "--rm", "--rootfs=/:O", "true"], { env: { WB_STATE: state } });
  }
}

/** The contents of a file of a group, in every hierarchy that has it. */
function cgroupFiles(group: string, name: string): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => / - cgroup2? /u.test(line));
  return mounts.flatMap((line) => {
    try {
      return [readFileSync(join(line.split(" ")[4]!, group, name), "utf8").trim()];
    } catch {
      return [];
    }
  });
}

describe("wb run -m", () => {
  withMemory("is in the cgroup's own file while the command runs", async () => {
    const limits = await whileRunning(["-m", "64m"], (files) => [
      ...files("memory.limit_in_bytes"),
      ...files("memory.max"),
    ]);
    expect(limits).toEqual(["67108864"]);
  });

  withMemory("holds the children of the command, too, and the OOM kill is reported", async () => {
    const before = hostState();
    const take = "(head -c 40m /dev/zero | tail >/dev/null)";
    const script = `${take} & a=$!; ${take} & b=$!; wait $a; a=$?; wait $b; echo children $a $?`;
    const { stdout, stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "-m", "20m", "sh", "-c", script]);
    const [, first, second] = /^children (\d+) (\d+)$/mu.exec(stdout) ?? [];
    expect([first, second]).toContain("137");
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^wb: out of memory: the kernel killed (?:a process|\d processes) of this container \(limit 20971520 bytes\)$/mu,
    );
    await isAsBefore(before);
  });

  withMemory("holds a command that takes more itself: status 137", async () => {
    const { stderr, status } = await wb([
      "run",
      "--rm",
      "--rootfs=/:O",
      "-m",
      "20m",
      "perl",
      "-e",
      '$x = "x" x 80_000_000; print length $x',
    ]);
    expect([status, stderr]).toEqual([
      137,
      "wb: out of memory: the kernel killed a process of this container (limit 20971520 bytes)\n",
    ]);
  });

  withMemory("holds what is written to the throw-away root and to /dev/shm", async () => {
    const script = "head -c 40m /dev/zero > /dev/shm/big; echo $?";
    const { stdout, stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "-m", "20m", "sh", "-c", script]);
    expect(stderr).toContain("wb: out of memory: the kernel killed");
    expect(status === 137 || stdout.trim() !== "0").toBe(true);
  });

  withMemory("lets a command have what is below the limit, and says nothing", async () => {
    expect(
      await wb(["run", "--rm", "--rootfs=/:O", "-m", "100m", "perl", "-e", '$x = "x" x 40_000_000; print length $x']),
    ).toEqual<Outcome>({
      stdout: "40000000",
      stderr: "",
      status: 0,
    });
  });

  withMemory("is in force before the command's first instruction", async () => {
    expect(
      await output([
        "-m",
        "64m",
        "sh",
        "-c",
        "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true",
      ]),
    ).toBe("67108864\n");
  });
});

describe("wb run --cpus", () => {
  withCpu("0.2 holds two busy children to 20 % ± 3 of one CPU", async () => {
    const seconds = 4;
    const busy = `timeout ${seconds} sh -c 'while :; do :; done'`;
    // The last line of times(1) is the CPU time of the children: 0m0.41s 0m0.40s.
    const printed = await output(["--cpus", "0.2", "sh", "-c", `${busy} & ${busy} & wait; times`]);
    const times = printed
      .trim()
      .split("\n")
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/gu);
    const used = [...times].reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
    expect((100 * used) / seconds).toBeGreaterThan(17);
    expect((100 * used) / seconds).toBeLessThan(23);
  });

  withCpu("is a quota of each 100 ms in the cgroup's own file", async () => {
    const quotas = await whileRunning(["--cpus", "0.35"], (files) => [
      ...files("cpu.cfs_quota_us").map((quota) => `${quota} ${files("cpu.cfs_period_us").join("")}`),
      ...files("cpu.max"),
    ]);
    expect(quotas).toEqual(["35000 100000"]);
  });
});

withCpu(
  "wb run --cpu-shares is in the cgroup's own file, as v1 shares or the v2 weight that they convert to",
  async () => {
    const shares = await whileRunning(["--cpu-shares", "512"], (files) => [
      ...files("cpu.shares"),
      ...files("cpu.weight"),
    ]);
    expect(shares).toHaveLength(1);
    expect(["512", "59", "20"]).toContain(shares[0]);
  },
);

describe("wb run --pids-limit", () => {
  withPids("refuses to fork more", async () => {
    const script = "i=0; while [ $i -lt 30 ]; do sleep 5 & i=$((i+1)); done 2>&1; echo end";
    const { stdout, stderr, status } = await wb([
      "run",
      "--rm",
      "--rootfs=/:O",
      "--pids-limit",
      "10",
      "sh",
      "-c",
      script,
    ]);
    expect(`${stdout}${stderr}`).toMatch(/cannot fork|Resource temporarily unavailable/iu);
    expect([0, 2]).toContain(status);
  });

  withPids("is in the cgroup's own file", async () => {
    expect(await whileRunning(["--pids-limit", "10"], (files) => files("pids.max"))).toEqual(["10"]);
  });

  withPids.for(["-1", "0"])("%s is no limit", async (limit) => {
    expect(await whileRunning(["--pids-limit", limit], (files) => files("pids.max"))).toEqual(["max"]);
  });
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:memory",
  "cgroup_controller:cpu",
  "cgroup_controller:cpuset",
)("wb run's other limits are in the cgroup's own files", async () => {
  const args = ["-m64m", "--memory-swap=96m", "--memory-reservation=32m", "--memory-swappiness=7"];
  const cpu = ["--cpu-quota=5000", "--cpu-period=10000", "--cpuset-cpus=0", "--cpuset-mems=0"];
  const names = ["memory.memsw.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.swappiness"];
  const cpuNames = ["cpu.cfs_quota_us", "cpu.cfs_period_us", "cpuset.cpus", "cpuset.mems", "memory.oom_control"];
  const found = await whileRunning([...args, ...cpu, "--oom-kill-disable"], (files) =>
    [...names, ...cpuNames].map((name) => files(name).join().split("\n")[0]),
  );
  expect(found).toEqual(["100663296", "33554432", "7", "5000", "10000", "0", "0", "oom_kill_disable 1"]);
});

requires(
  "root",
  "cgroup_controller:memory",
  "cgroup_controller:cpu",
  "cgroup_controller:pids",
)("wb run without limits sets none", async () => {
  const values = await whileRunning([], (files) => [
    ...files("memory.limit_in_bytes").map((bytes) => (Number(bytes) > 2 ** 60 ? "max" : bytes)),
    ...files("memory.max"),
    ...files("cpu.cfs_quota_us").map((quota) => (quota === "-1" ? "max" : quota)),
    ...files("cpu.max").map((text) => text.split(" ")[0]),
    ...files("pids.max"),
  ]);
  expect(values).toEqual(["max", "max", "max"]);
});

describe("wb run's limits", () => {
  // util-linux's unshare makes the namespaces; without a seccomp filter root in a container may.
  requires(
    "root",
    "cgroup_v1",
    "cgroup_controller:memory",
  )("hold when the command mounts its cgroups from a user namespace and lifts what it sees", async () => {
    const before = hostState();
    const lift =
      "mount -t cgroup -o memory c /mnt; cd /mnt; echo -1 >memory.memsw.limit_in_bytes; echo -1 >memory.limit_in_bytes; cat memory.limit_in_bytes";
    const script = `unshare -UrmC sh -c '${lift}'; head -c 100m /dev/zero | tail >/dev/null; echo status $?`;
    const { stdout } = await wb([
      "run",
      "--rm",
      "--rootfs=/:O",
      "--security-opt",
      "seccomp=unconfined",
      "-m",
      "32m",
      "sh",
      "-c",
      script,
    ]);
    expect(stdout).toMatch(/^9223372036854771712\nstatus 137\n$/u);
    await isAsBefore(before);
  });
});
