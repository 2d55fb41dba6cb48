import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { hostState, requires, temporaryDirectory } from "@wb/testing";
import { beforeAll, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { type Outcome, start, wb, wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

const onMachine = requires("root", "cgroup_controller:memory", "cgroup_controller:pids", "cgroup_controller:cpu");
const onV1 = requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:memory",
  "cgroup_controller:cpu",
  "cgroup_controller:pids",
);

interface Running {
  readonly id: string;
  readonly update: (...args: string[]) => Promise<Outcome>;
  /** The values of keys in the outer group, and in the inner one. */
  readonly values: (...keys: string[]) => Promise<string[]>;
}

/** Runs a container called `box`, and something beside it. */
async function beside(args: readonly string[], look: (running: Running) => Promise<void>): Promise<void> {
  const before = hostState();
  using directory = temporaryDirectory();
  const env = { WB_STATE: join(directory.path, "state") };
  const running = start(
    ["run", "--rm", "--rootfs=/:O", "--name", "box", ...args, "sh", "-c", "echo started; sleep 60 & wait"],
    {
      env,
    },
  );
  try {
    await new Promise((resolve, reject) => {
      running.stdout.once("data", resolve);
      running.outcome.then(({ stderr }) => reject(new Error(stderr)), reject);
    });
    const id = readdirSync(env.WB_STATE).find((name) => /^[\da-f]{64}$/u.test(name)) ?? "none";
    const value = async (group: string, key: string): Promise<string> =>
      (await wb(["cgroup", "get", group, key])).stdout.trim();
    await look({
      id,
      update: (...words) => wb(["update", ...words], { env }),
      values: async (...keys) => {
        const read = keys.flatMap((key) => [value(`wb-${id}`, key), value(`wb-${id}/init`, key)]);
        return Promise.all(read);
      },
    });
  } finally {
    running.kill("SIGKILL");
    await running.outcome;
    await wb(["run", "--rm", "--rootfs=/:O", "true"], { env });
  }
  await isAsBefore(before);
}

onMachine("wb update changes both groups of a container, up and down, by name, id and beginning of it", async () => {
  await beside(["-m", "64m", "--cpus", "0.5", "--pids-limit", "50"], async ({ id, update, values }) => {
    expect(await update("-m", "96m", "--cpus", "0.2", "--pids-limit", "100", "box")).toEqual({
      stdout: "box\n",
      stderr: "",
      status: 0,
    });
    expect(await values("memory.max", "cpu.max", "pids.max")).toEqual(
      ["100663296", "20000 100000", "100"].flatMap((value) => [value, value]),
    );
    expect(await update("-m", "32m", "--cpus", "1", "--pids-limit", "20", id)).toMatchObject({ stdout: `${id}\n` });
    expect(await values("memory.max", "cpu.max", "pids.max")).toEqual(
      ["33554432", "100000 100000", "20"].flatMap((value) => [value, value]),
    );
    expect(await update("-c", "512", id.slice(0, 12), "--pids-limit", "-1")).toMatchObject({ status: 0, stderr: "" });
    expect(await values("cpu.weight", "pids.max")).toEqual(["59", "59", "max", "max"]);
  });
});

onMachine("wb update changes the containers that there are, and says which there are not", async () => {
  await beside([], async ({ update, values }) => {
    expect(await update("--pids-limit", "30", "nobody", "box")).toMatchObject({
      status: 1,
      stdout: "box\n",
      stderr: expect.stringMatching(/^wb: no such container: "nobody"\nhint: [^\n]+\n$/),
    });
    expect(await values("pids.max")).toEqual(["30", "30"]);
  });
});

requires("root", "cgroup_controller:cpuset")("wb update moves a container to other CPUs", async () => {
  const last = availableParallelism() - 1;
  await beside(["--cpuset-cpus", "0"], async ({ update, values }) => {
    for (const list of [`0-${last}`, `${last}`, "0"])
      expect(await update("--cpuset-cpus", list, "box")).toMatchObject({ status: 0, stderr: "" });
    expect(await values("cpuset.cpus")).toEqual(["0", "0"]);
  });
});

onV1("wb update keeps the sum of memory and swap, and refuses memory above it", async () => {
  await beside(["-m", "64m"], async ({ update, values }) => {
    expect(await update("-m", "96m", "box")).toMatchObject({ status: 0, stderr: "" });
    expect(await values("memory.swap.max")).toEqual(["33554432", "33554432"]);
    expect(await update("-m", "256m", "box")).toEqual({
      status: 1,
      stdout: "",
      stderr:
        "wb: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time\n" +
        "hint: --memory-swap is 134217728 bytes\n",
    });
    expect(await update("-m", "256m", "--memory-swap", "-1", "box")).toMatchObject({ status: 0, stderr: "" });
    expect(await values("memory.max", "memory.swap.max")).toEqual(["268435456", "268435456", "max", "max"]);
  });
});

onV1("wb update changes nothing when the kernel refuses one limit of one group", async () => {
  await beside(["-m", "64m", "--cpus", "0.5", "--pids-limit", "50"], async ({ id, update, values }) => {
    const keys = ["memory.max", "memory.swap.max", "cpu.weight", "cpu.max", "pids.max"];
    const before = await values(...keys);
    // A group in the inner one that has more than it is to have.
    const below = `/sys/fs/cgroup/cpu/wb-${id}/init/below`;
    mkdirSync(below);
    writeFileSync(join(below, "cpu.cfs_quota_us"), "40000");
    const { status, stdout, stderr } = await update(
      "-m",
      "96m",
      "-c",
      "9",
      "--cpus",
      "0.2",
      "--pids-limit",
      "70",
      "box",
    );
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^wb: cannot update box: cannot write "20000" to \S+\/cpu\.cfs_quota_us: EINVAL/);
    expect(stderr).toContain(`lower that first: wb cgroup set /wb-${id}/init/below cpu.max='20000 100000'\n`);
    expect(await values(...keys)).toEqual(before);
    rmdirSync(below);
  });
});

onMachine("wb update refuses what it does not understand", async () => {
  expect((await wb(["update", "-m", "8m"])).stderr).toContain('wb: "wb update" requires at least 1 argument.\n');
  expect((await wb(["update", "box"])).stderr).toContain(
    "wb: you must provide one or more flags when using this command\n",
  );
  expect((await wb(["update", "-m", "1x", "box"])).stderr).toContain('"1x" for -m, --memory');
  expect((await wb(["update", "--restart", "never", "box"])).stderr).toContain("unknown policy 'never'");
  expect((await wb(["update", "--help"])).stdout).toContain("Usage:  wb update");
});
