import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { detect } from "@wb/cgroup";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { type Bench, logged, ociBench, shell } from "../support/oci.ts";
import { type Outcome, start as startWb } from "../support/wb.ts";

const needs = ["root", "command:busybox", "command:runc"] as const;
const id = `wb-peer-${process.pid}`;
let bench: Bench;

beforeAll(() => {
  bench = ociBench();
});
afterAll(() => bench[Symbol.dispose]());
leavesHostUnchanged();
afterEach(async () => {
  for (const call of [bench.call, bench.runc]) await call(["delete", "--force", id]);
});

type Call = Bench["call"];

/** What one runtime does with a container of its own, then the other. */
async function both<T>(script: (call: Call) => Promise<T>): Promise<{ ours: T; theirs: T }> {
  const theirs = await script(bench.runc);
  await bench.runc(["delete", "--force", id]);
  return { theirs, ours: await script(bench.call) };
}

async function start(call: Call, change = shell("sleep 1000")): Promise<void> {
  const bundle = bench.bundle({
    ...change,
    linux: { namespaces: ["pid", "mount", "ipc", "uts"].map((type) => ({ type: type as "pid" })) },
  });
  expect((await call(["create", "-b", bundle, id])).stderr).toBe("");
  expect((await call(["start", id])).stderr).toBe("");
}

/** Without pids and times. */
function shape({ stdout, status }: Outcome): readonly [number | undefined, string] {
  return [status, stdout.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME").replaceAll(/\b\d{2,}(?::\d\d)*\b/g, "N")];
}

/** Runtimes differ in where below the root they begin. */
async function limitsOf(call: Call, files: readonly string[]): Promise<string[]> {
  const { pid } = JSON.parse((await call(["state", id])).stdout) as { pid: number };
  const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
  return files.map((file) => {
    const controller = file.slice(0, file.indexOf("."));
    const place = detect().hierarchies.find(({ controllers }) => controllers.includes(controller));
    const path = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, "m").exec(groups)?.[1] ?? "";
    return readFileSync(`${place?.mountpoint}${path}/${file}`, "utf8").trim();
  });
}

describe("wb oci, with runc beside it,", () => {
  requires(...needs)("lists containers, and no others", async () => {
    const { ours, theirs } = await both(async (call) => {
      const empty = [shape(await call(["list"])), shape(await call(["list", "-f", "json"]))];
      await start(call);
      const { stdout } = await call(["list", "--format=json"]);
      const [row] = JSON.parse(stdout) as readonly object[];
      const quiet = shape(await call(["list", "-q"]));
      const table = (await call(["list"])).stdout.split("\n").map((line) => line.slice(0, line.indexOf("20")));
      return {
        empty,
        quiet,
        keys: Object.keys(row ?? {}),
        table: table.length,
        wrong: (await call(["list", "-f", "x"])).status,
      };
    });
    expect(ours).toEqual(theirs);
  });

  requires(...needs)("list tells of a directory that is broken, and lists the others", async () => {
    await start(bench.call);
    mkdirSync(join(bench.path, "state/broken"));
    writeFileSync(join(bench.path, "state/broken/state.json"), "{");
    const { stdout, stderr, status } = await bench.call(["list", "-q"]);
    expect([stdout, status]).toEqual([`${id}\n`, 0]);
    expect(stderr).toContain("load container broken: ");
    await bench.call(["delete", "--force", "broken"]);
    expect(existsSync(join(bench.path, "state/broken"))).toBe(false);
  });

  requires(...needs)("shows processes by ps(1) and as JSON", async () => {
    const { ours, theirs } = await both(async (call) => {
      await start(call, shell("sleep 1000 & sleep 1001"));
      await expect.poll(async () => (await call(["ps", id, "-o", "pid,args"])).stdout).toContain("sleep 1001");
      const pids = JSON.parse((await call(["ps", "-f", "json", id])).stdout) as readonly number[];
      const rows = (await call(["ps", id, "-o", "pid,args"])).stdout.trim().split("\n");
      const refusals = [await call(["ps", id, "-o", "args"]), await call(["ps", "-f", "x", id])];
      const found = rows.slice(1).map((row) => Number.parseInt(row, 10));
      return {
        same: [...pids].toSorted((a, b) => a - b).join(" ") === found.toSorted((a, b) => a - b).join(" "),
        rows: rows.map((row) => row.trim().replace(/^\d+ /, "")),
        refusals: refusals.map((outcome) => [outcome.status, logged(outcome).replace(/ \(.*/, "")]),
        heading: (await call(["ps", id])).stdout.split("\n")[0],
      };
    });
    expect(ours).toEqual(theirs);
    expect(ours.same).toBe(true);
  });

  requires(...needs)("pauses and resumes", async () => {
    const { ours, theirs } = await both(async (call) => {
      await start(call);
      const seen: unknown[] = [];
      for (const args of [
        ["resume", id],
        ["pause", id],
        ["pause", id],
        ["exec", id, "true"],
        ["start", id],
      ]) {
        const outcome = await call(args);
        seen.push([outcome.status, logged(outcome).replace(/ \(it is.*/, "")]);
      }
      seen.push((JSON.parse((await call(["state", id])).stdout) as { status: string }).status);
      seen.push((await call(["resume", id])).status, (await call(["exec", id, "echo", "on"])).stdout);
      return seen;
    });
    expect(ours).toEqual(theirs);
  });

  requires(...needs)("a container that is paused before its start cannot be started", async () => {
    const { ours, theirs } = await both(async (call) => {
      await call(["create", "-b", bench.bundle(), id]);
      await call(["pause", id]);
      const refused = logged(await call(["start", id]));
      await call(["resume", id]);
      return [refused, (await call(["start", id])).status];
    });
    expect(ours).toEqual(theirs);
  });

  requires(...needs, "cgroup_v1")("updates limits, and keeps them for the next update", async () => {
    const files = ["memory.limit_in_bytes", "memory.soft_limit_in_bytes", "cpu.cfs_quota_us", "cpu.cfs_period_us"];
    const all = [...files, "cpu.shares", "pids.max", "cpuset.cpus"];
    const { ours, theirs } = await both(async (call) => {
      await start(call);
      const seen: unknown[] = [];
      const update = async (args: readonly string[], input = ""): Promise<void> => {
        const { status } = await call(["update", ...args, id], { input });
        seen.push([status, ...(await limitsOf(call, all))]);
      };
      await update(["--memory", "64m", "--memory-reservation", "32m", "--pids-limit", "20"]);
      await update(["--cpu-quota", "50000", "--cpu-share", "100"]);
      await update(["--cpu-period", "50000", "--cpuset-cpus", "0"]);
      await update(["-r", "-"], JSON.stringify({ memory: { limit: 48 << 20 }, pids: { limit: 9 } }));
      await update(["--memory", "abc"]);
      await update(["-r", "-"], "{");
      await update(["-r", "-"], JSON.stringify({ memory: { limit: "1" } }));
      await update(["--l3-cache-schema", "L3:0=f"]);
      await update(["--memory=-1"]);
      return seen;
    });
    expect(ours).toEqual(theirs);
  });

  requires(...needs, "cgroup_v1")("update changes nothing when the kernel refuses a part", async () => {
    await start(bench.call);
    await bench.call(["update", "--memory", "64m", id]);
    const input = JSON.stringify({ memory: { limit: 32 << 20 }, cpu: { cpus: "4000" } });
    expect((await bench.call(["update", "-r", "-", id], { input })).status).toBe(1);
    expect(await limitsOf(bench.call, ["memory.limit_in_bytes"])).toEqual([String(64 << 20)]);
    const config = JSON.parse(readFileSync(join(bench.path, "state", id, "config.json"), "utf8")) as {
      linux: { resources: object };
    };
    expect(config.linux.resources).toMatchObject({ memory: { limit: 64 << 20 } });
  });

  requires(...needs)("prints statistics in runc's shape, and ends with the container", async () => {
    const { ours, theirs } = await both(async (call) => {
      await start(call);
      const { stdout } = await call(["events", "--stats", id]);
      const { type, id: name, data } = JSON.parse(stdout) as { type: string; id: string; data: Record<string, object> };
      const wrong = [await call(["events", "--interval", "0s", id]), await call(["events", "--interval", "x", id])];
      return { type, name, keys: Object.keys(data).toSorted(), wrong: wrong.map(({ status }) => status) };
    });
    expect(ours).toEqual(theirs);
    const argv = ["oci", "--root", join(bench.path, "state"), "events", "--interval", "100ms", id];
    const following = startWb(argv);
    await once(following.stdout, "data");
    await bench.call(["kill", id, "KILL"]);
    expect((await following.outcome).status).toBe(0);
  });

  requires(...needs)("spec writes a configuration that runs, and never over another", async () => {
    const path = join(bench.path, "new");
    mkdirSync(path);
    expect(await bench.call(["spec", "--bundle", path])).toMatchObject({ status: 0, stderr: "" });
    const refused = await bench.call(["spec"], { cwd: path });
    expect([refused.status, logged(refused)]).toEqual([1, "File config.json exists. Remove it first"]);
    const spec = JSON.parse(readFileSync(join(path, "config.json"), "utf8")) as { process: object };
    const change = {
      ...spec,
      root: { path: bench.rootfs },
      process: { ...spec.process, terminal: false, args: ["hostname"] },
    };
    writeFileSync(join(path, "config.json"), JSON.stringify(change));
    expect(await bench.call(["run", id], { cwd: path })).toMatchObject({ status: 0, stdout: "wb\n" });
  });
});
