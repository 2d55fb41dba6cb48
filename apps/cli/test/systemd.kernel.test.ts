import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import { start, wb } from "./support/wb.ts";

// tools/pnpm vm --init systemd -- tools/with-toolchain vitest run apps/cli/test/systemd.kernel.test.ts
const withSystemd = requires("root", "systemd", "cgroup_v2");

function scopes(): string[] {
  const list = execFileSync("systemctl", ["list-units", "--all", "--plain", "--no-legend", "wb-*.scope"], {
    encoding: "utf8",
  });
  return list.split("\n").flatMap((line) => /^wb-[0-9a-f]{64}\.scope/.exec(line) ?? []);
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 120_000; !condition();) {
    if (performance.now() > end) throw new Error("waited 120 s");
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

withSystemd("run has systemd make a scope, whose limits a container cannot pass, and leaves none", async () => {
  const script = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max; exit 7";
  const { stdout, status } = await wb([
    "run",
    "--rm",
    "--rootfs=/:O",
    "-m",
    "64m",
    "--pids-limit",
    "3",
    "sh",
    "-c",
    script,
  ]);
  expect([stdout, status]).toEqual(["67108864\n3\n", 7]);
  expect(scopes()).toEqual([]);
});

withSystemd("update tells systemd, too, so that a daemon-reload keeps the limits", async () => {
  using place = temporaryDirectory();
  const env = { WB_STATE: join(place.path, "state") };
  const running = start(
    ["run", "--rm", "--rootfs=/:O", "--name", "box", "-m", "64m", "sh", "-c", "echo started; sleep 1000"],
    { env },
  );
  await new Promise((resolve) => {
    running.stdout.once("data", resolve);
  });
  const [unit = ""] = scopes();
  expect(await wb(["update", "-m", "96m", "--memory-swap", "96m", "--pids-limit", "9", "box"], { env })).toMatchObject({
    status: 0,
    stderr: "",
  });
  execFileSync("systemctl", ["daemon-reload"]);
  const [outer, inner] = ["", "/init"].map((below) =>
    ["memory.max", "pids.max"].map((file) =>
      readFileSync(`/sys/fs/cgroup/system.slice/${unit}${below}/${file}`, "utf8").trim(),
    ),
  );
  expect([outer, inner]).toEqual([
    [String(96 * 1024 ** 2), "10"],
    [String(96 * 1024 ** 2), "9"],
  ]);
  running.kill("SIGKILL");
  await running.outcome;
  await until(() => scopes().length === 0);
  await wb(["run", "--rm", "--rootfs=/:O", "true"], { env });
});

withSystemd(
  "update sets the CPU's quota exactly in both groups of a scope, and leaves its memory limited",
  async () => {
    using place = temporaryDirectory();
    const env = { WB_STATE: join(place.path, "state") };
    const limits = ["-m", "64m", "--cpu-quota", "20000", "--cpu-period", "50000"];
    const running = start(
      ["run", "--rm", "--rootfs=/:O", "--cgroup-manager", "systemd", "--name", "box", ...limits, "sh", "-c", SLEEP],
      {
        env,
      },
    );
    await new Promise((resolve) => {
      running.stdout.once("data", resolve);
    });
    const [unit = ""] = scopes();
    const files = (): string[] =>
      ["cpu.max", "init/cpu.max", "memory.max"].map((file) =>
        readFileSync(`/sys/fs/cgroup/system.slice/${unit}/${file}`, "utf8").trim(),
      );
    const updates = [
      [["--cpu-quota", "25000"], "25000 50000"],
      [["--cpu-quota", "33333", "--cpu-period", "100000"], "33333 100000"],
      [["--cpu-period", "200000"], "33333 200000"],
      [["--cpu-quota", "5000"], "5000 200000"],
    ] as const;
    for (const [flags, expected] of updates) {
      expect(await wb(["update", ...flags, "box"], { env })).toMatchObject({ status: 0, stderr: "" });
      expect(files()).toEqual([expected, expected, String(64 * 1024 ** 2)]);
    }
    const refused = await wb(["update", "--cpu-quota", "9000", "--cpuset-cpus", "4000", "box"], { env });
    expect([refused.status === 0, ...files()]).toEqual([false, "5000 200000", "5000 200000", String(64 * 1024 ** 2)]);
    running.kill("SIGKILL");
    await running.outcome;
    await until(() => scopes().length === 0);
    await wb(["run", "--rm", "--rootfs=/:O", "true"], { env });
  },
);

const SLEEP = "echo started; sleep 1000";

withSystemd("a killed wb leaves no scope, and the next one removes its state", async () => {
  using place = temporaryDirectory();
  const state = join(place.path, "state");
  const running = start(
    ["run", "--rm", "--rootfs=/:O", "--cgroup-parent", "wbtest.slice", "sh", "-c", "echo started; sleep 1000"],
    {
      env: { WB_STATE: state },
    },
  );
  await new Promise((resolve) => {
    running.stdout.once("data", resolve);
  });
  const [unit = ""] = scopes();
  expect(readFileSync(`/sys/fs/cgroup/wbtest.slice/${unit}/init/cgroup.procs`, "utf8")).not.toBe("");
  running.kill("SIGKILL");
  await running.outcome;
  await until(() => scopes().length === 0);
  expect(existsSync(`/sys/fs/cgroup/wbtest.slice/${unit}`)).toBe(false);
  const { status } = await wb(["run", "--rm", "--rootfs=/:O", "--cgroup-manager", "cgroupfs", "true"], {
    env: { WB_STATE: state },
  });
  expect([status, existsSync(state)]).toEqual([0, false]);
});
