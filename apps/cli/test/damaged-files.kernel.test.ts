import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { execa } from "execa";
import { expect } from "vitest";
import { processStat } from "../src/runtime/lifecycle/init-process.ts";
import { type DetachedBench, detachedBench, killSupervisor, pidsOf } from "./support/detached-bench.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

/** Every fault of every file with WB_TEST_WHOLE_FAULTS=1; else one of each kind that is told from the others. */
const WHOLE = process.env["WB_TEST_WHOLE_FAULTS"] === "1";

/** What can happen to a file. */
const FAULTS: Readonly<Record<string, (path: string) => void>> = {
  "of another shape": (path) => writeFileSync(path, '{"version":1,"created":1,"options":{},"restart":{},"record":{}}'),
  removed: (path) => rmSync(path),
  ...(WHOLE && {
    emptied: (path) => truncateSync(path, 0),
    halved: (path) => truncateSync(path, Math.floor(lstatSync(path).size / 2)),
    "of other bytes": (path) =>
      writeFileSync(
        path,
        Uint8Array.from({ length: 300 }, (_, n) => n * 197),
      ),
  }),
};

/** Where a container's files are, below the store and the state. */
const FILES: readonly (readonly [place: "data" | "run", path: string])[] = [
  ["data", "containers/ID/config.json"],
  ["data", "containers/ID/state.json"],
  ["data", "containers/ID/log"],
  ["run", "containers/ID/state.json"],
  ["run", "containers/ID/config.json"],
  ["run", "supervised/ID/exit.tmp"],
];

/** Without what a damaged one is known by. */
const DIRECTORIES: Readonly<Record<string, readonly (typeof FILES)[number][]>> = {
  "the runtime's directory removed": [["run", "containers/ID"]],
  "the supervisor's directory removed": [["run", "supervised/ID"]],
  "all of it in /run removed": [
    ["run", "containers/ID"],
    ["run", "supervised/ID"],
  ],
  "everything removed but its directory": [
    ["run", "containers/ID"],
    ["run", "supervised/ID"],
    ["data", "containers/ID/config.json"],
    ["data", "containers/ID/state.json"],
    ["data", "containers/ID/log"],
  ],
};

interface Victim {
  readonly id: string;
  readonly title: string;
  readonly damage: () => void;
}

/** A container for each fault that its files can have. */
async function victims(
  here: DetachedBench,
  command: readonly string[],
  files: readonly (typeof FILES)[number][] = FILES,
): Promise<Victim[]> {
  const pathOf = (id: string, [place, path]: (typeof FILES)[number]): string =>
    join(here[place], path.replace("ID", id));
  const ofFiles = files.flatMap((file) =>
    Object.entries(FAULTS).map(([fault, apply]) => ({
      title: `${file.join("/")} ${fault}`,
      damage: (id: string) => existsSync(pathOf(id, file)) && apply(pathOf(id, file)),
    })),
  );
  const ofDirectories = Object.entries(DIRECTORIES).map(([title, paths]) => ({
    title,
    damage: (id: string) => paths.forEach((path) => rmSync(pathOf(id, path), { recursive: true, force: true })),
  }));
  const made: Victim[] = [];
  for (const { title, damage } of [...ofFiles, ...ofDirectories]) {
    const id = await here.start(...command);
    made.push({ id, title, damage: () => damage(id) });
  }
  return made;
}

/** The states of containers by what befell them. */
async function statesOf(here: DetachedBench, all: readonly Victim[]): Promise<(readonly [string, string])[]> {
  const listed = await here.call("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.State}}");
  expect(listed).toMatchObject({ status: 0, stderr: "" });
  const states = new Map(listed.stdout.split("\n").map((line) => line.split(" ") as [string, string]));
  return all.map(({ id, title }) => [title, states.get(id) ?? "not there"]);
}

/** Those of containers that are expected, where a configuration is lost, and of all others. */
function expected(all: readonly Victim[], damaged: string, other: RegExp): (readonly [string, unknown])[] {
  const isDamaged = ({ title }: Victim): boolean => /data.*config|everything/.test(title);
  return all.map((one) => [one.title, isDamaged(one) ? damaged : expect.stringMatching(other)]);
}

/** Removes all of them, and looks at the kernel for what may be left. */
async function expectRemoved(here: DetachedBench, all: readonly Victim[], pids: readonly number[]): Promise<void> {
  const ids = all.map(({ id }) => id);
  expect(await here.call("rm", "-f", ...ids)).toMatchObject({ status: 0, stdout: `${ids.join("\n")}\n` });
  await waitFor(() => expect(pids.filter((pid) => !/[XZ]/.test(processStat(pid)?.state ?? "X"))).toEqual([]));
  await waitFor(() => expect(ids.flatMap((id) => pidsOf(`wb-supervisor ${id}`))).toEqual([]));
  const { stdout: groups } = await execa("find", ["/sys/fs/cgroup", "-type", "d"], { reject: false });
  const mounts = readFileSync("/proc/self/mountinfo", "utf8");
  expect(all.filter(({ id }) => groups.includes(id) || mounts.includes(id))).toEqual([]);
  const places = [here.data, here.run].flatMap((place) =>
    ["containers", "names", "supervised"].map((name) => join(place, name)),
  );
  expect(places.filter((path) => existsSync(path)).flatMap((path) => readdirSync(path))).toEqual([]);
}

/** In one line each, with a hint: those that cannot be started. */
async function expectStarted(here: DetachedBench, all: readonly Victim[]): Promise<void> {
  const started = await here.call("start", ...all.map(({ id }) => id));
  expect(started.status).toBe(1);
  const lost = expected(all, "lost", /./).filter(([, state]) => state === "lost");
  const lines = started.stderr.trimEnd().split("\n");
  expect(lines).toHaveLength(2 * lost.length);
  for (const line of lines)
    expect(line).toMatch(
      /^(wb: the container \w+ cannot be started: \S+ is missing or damaged|hint: wb rm -f \w+ .*)$/,
    );
}

kernel("no damaged file hides a container that runs: it is stopped, started or refused, and removed", async () => {
  await using here = detachedBench();
  const all = await victims(here, ["sleep", "1000"]);
  const ids = all.map(({ id }) => id);
  const before = await inspected(here, ids);
  for (const { damage } of all) damage();
  expect(await statesOf(here, all)).toEqual(expected(all, "running", /^running$/));
  expect(await inspected(here, ids)).toEqual(before);
  expect(await here.call("stop", "-t", "0", ...ids)).toMatchObject({ status: 0 });
  expect(await statesOf(here, all)).toEqual(expected(all, "dead", /^exited$/));
  await expectStarted(here, all);
  expect(await statesOf(here, all)).toEqual(expected(all, "dead", /^running$/));
  await expectRemoved(here, all, before);
});

kernel(
  "a container with a damaged file that does not run never seems to: it is started or refused, and removed",
  async () => {
    await using here = detachedBench();
    const all = await victims(
      here,
      ["true"],
      FILES.filter(([place]) => place === "data"),
    );
    await waitFor(() => expect(readdirSync(join(here.run, "supervised"))).toEqual([]));
    for (const { damage } of all) damage();
    expect(await statesOf(here, all)).toEqual(expected(all, "dead", /^(exited|created)$/));
    expect(await here.call("stop", ...all.map(({ id }) => id))).toMatchObject({ status: 0, stderr: "" });
    await expectStarted(here, all);
    await expectRemoved(here, all, []);
  },
);

kernel("a container that runs without its entry in the store is found, and removed", async () => {
  await using here = detachedBench();
  const damages = ["containers/ID", "containers", "."];
  for (const removed of damages) {
    const ids = [await here.start("sleep", "1000"), await here.start("sleep", "1000")];
    const pids = await inspected(here, ids);
    rmSync(join(here.data, removed.replace("ID", ids[0] ?? "")), { recursive: true });
    const all = ids.map((id) => ({ id, title: id, damage: () => {} }));
    expect(await statesOf(here, all)).toEqual(ids.map((id) => [id, "running"]));
    expect(await inspected(here, ids)).toEqual(pids);
    await expectRemoved(here, all, pids);
  }
});

kernel(
  "a container that runs, and of which neither a file nor a supervisor is left, is found by its control group",
  async () => {
    await using here = detachedBench();
    const id = await here.start("--name", "web", "sh", "-c", "sleep 1000; true");
    const pids = await inspected(here, [id]);
    await killSupervisor(id);
    for (const name of ["config.json", "state.json"]) rmSync(join(here.data, "containers", id, name));
    rmSync(here.run, { recursive: true });
    const all = [{ id, title: id, damage: () => {} }];
    expect(await statesOf(here, all)).toEqual([[id, "running"]]);
    expect(await inspected(here, [id])).toEqual(pids);
    await expectRemoved(here, all, pids);
  },
);

/** The pids of those that run, in their order. */
async function inspected(here: DetachedBench, ids: readonly string[]): Promise<number[]> {
  const { stdout, stderr, status } = await here.call(
    "inspect",
    "--format",
    "{{.State.Running}} {{.State.Pid}}",
    ...ids,
  );
  expect([status, stderr]).toEqual([0, ""]);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => Number(/^true (\d+)$/.exec(line)?.[1]));
}
