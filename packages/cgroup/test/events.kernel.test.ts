import { execFileSync } from "node:child_process";
import { nodeOptions, requires } from "@wb/testing";
import { afterEach, describe, expect } from "vitest";
import type { Cgroup } from "../src/cgroup.ts";
import { createCgroup } from "../src/create.ts";
import type { CgroupEvent } from "../src/events/event.ts";
import { cgroupEvents } from "../src/events/events.ts";
import { watchRemoval } from "../src/events/removal.ts";
import { placesOf } from "../src/place.ts";
import {
  caught,
  expectNothingLeft,
  isRunning,
  layout,
  openFds,
  runIn,
  somePath,
  startSleep,
  without,
} from "./group.ts";

const MB = 1024 ** 2;
const onTree = requires("root", "cgroup2_tree", "kernel>=5.2");
const withMemory = requires("root", "cgroup_controller:memory");
const onV1Memory = requires("root", "cgroup_v1", "cgroup_controller:memory");

afterEach(expectNothingLeft);

/** The next events, as many as are expected: the test's own time limit is the only one. */
async function take(events: AsyncIterator<CgroupEvent>, count: number): Promise<CgroupEvent[]> {
  const taken: CgroupEvent[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

onTree("events() tells when the group gets processes, stands still, goes on, and is empty", async () => {
  await using group = createCgroup(somePath(), {}, { layout: without("freezer") });
  const fds = openFds();
  const events = group.events();
  const child = await startSleep(group, 60);
  expect(await take(events, 1)).toEqual([{ type: "populated", value: true }]);
  await group.freeze();
  expect(await take(events, 1)).toEqual([{ type: "frozen", value: true }]);
  await group.thaw();
  expect(await take(events, 1)).toEqual([{ type: "frozen", value: false }]);
  await group.kill();
  expect(await take(events, 1)).toEqual([{ type: "populated", value: false }]);
  expect(isRunning(child.pid)).toBe(false);
  await events.return?.();
  expect(await events.next()).toEqual({ value: undefined, done: true });
  group.close();
  expect(openFds()).toBeLessThanOrEqual(fds + 2); // the child's pidfd and report
});

withMemory("events() tells of a process that was killed for want of memory", async () => {
  await using group = createCgroup(somePath(), { memory: { max: 10 * MB, swapMax: 0 } });
  const events = group.events();
  const seen: CgroupEvent[] = [];
  for (let round = 0; round < 2; round++) {
    await runIn(group, "head -c 40m /dev/zero | tail");
    do seen.push(...(await take(events, 1)));
    while (seen.at(-1)?.type !== "oom_kill");
  }
  expect(seen.filter(({ type }) => type === "oom").length).toBeGreaterThan(0);
  const kills = seen.flatMap((event) => (event.type === "oom_kill" ? [event.count] : []));
  expect(kills.reduce((sum, count) => sum + count, 0)).toBe(group.stats().memory?.oomKill);
  await events.return?.();
});

withMemory("events() of a group that is removed while it is opened says that it is gone", () => {
  const group = createCgroup(somePath());
  const places = placesOf(group.layout, group.path);
  group.removeSync();
  const fds = openFds();
  const error = caught(() => cgroupEvents(places, {}));
  expect(error).toMatchObject({ code: "WB_CGROUP_GONE", cause: { code: "ENOENT" } });
  expect(openFds()).toBe(fds);
  group.close();
});

withMemory("watchRemoval() tells of a removal before the watch was set", () => {
  const [place] = placesOf(layout, somePath());
  let gone = 0;
  const stop = watchRemoval(place!.directory, () => gone++);
  stop();
  expect(gone).toBe(1);
});

describe.each<[string, (group: Cgroup) => void]>([
  ["by this process", (group) => group.removeSync()],
  [
    "by another",
    (group) =>
      execFileSync(
        "rmdir",
        group.layout.hierarchies.map((one) => one.mountpoint + group.path),
      ),
  ],
])("a group that is removed %s", (_, remove) => {
  withMemory("ends events()", async () => {
    const group = createCgroup(somePath());
    const events = group.events();
    remove(group);
    expect(await events.next()).toEqual({ value: undefined, done: true });
    group.close();
  });
});

withMemory("events() ends by its signal, and leaves nothing open, over and over", async () => {
  await using group = createCgroup(somePath());
  const fds = openFds();
  for (let round = 0; round < 20; round++) {
    const stop = new AbortController();
    const events = group.events({ signal: stop.signal });
    const next = events.next();
    stop.abort();
    expect(await next).toEqual({ value: undefined, done: true });
    expect(await group.events({ signal: AbortSignal.abort() }).next()).toEqual({ value: undefined, done: true });
  }
  // The waiting thread's own pipe is closed when it is back.
  await expect.poll(openFds).toBeLessThanOrEqual(fds);
});

requires(
  "root",
  "cgroup2_tree",
  "cgroup_controller:cpu",
  "psi",
  "kernel>=6.5",
)("events() tells of pressure", async () => {
  await using group = createCgroup(somePath(), { cpu: { max: { quotaUs: 1000, periodUs: 100_000 } } });
  const pressure = [{ resource: "cpu", kind: "some", stallUs: 1000, windowUs: 2_000_000 }] as const;
  const events = group.events({ pressure });
  const busy = "i=0; while :; do i=$((i + 1)); done";
  const running = runIn(group, `(${busy}) & (${busy}) & wait`);
  const [populated, first] = await take(events, 2);
  expect([populated?.type, first]).toEqual(["populated", { type: "pressure", trigger: pressure[0] }]);
  await events.return?.();
  await group.kill();
  await running;
});

onTree("events() refuses a trigger that is none", async () => {
  await using group = createCgroup(somePath());
  const fds = openFds();
  const trigger = { resource: "memory", kind: "some", stallUs: 1000, windowUs: 1000 } as const;
  expect(caught(() => group.events({ pressure: [trigger] })).message).toContain(
    "the window of memory.pressure (microseconds) is 1000; it must be a whole number from 500000 to 10000000",
  );
  const v1 = { ...trigger, windowUs: 2_000_000, stallUs: 3_000_000 };
  expect(caught(() => group.events({ pressure: [v1] })).code).toBe("WB_CGROUP_LIMIT");
  expect(openFds()).toBe(fds);
});

onV1Memory("a program that leaves events() open ends by process.exit() at once", async () => {
  await using group = createCgroup(somePath());
  const code = `
    import { openCgroup } from "@wb/cgroup";
    openCgroup(${JSON.stringify(group.path)}).events();
    setTimeout(() => process.exit(7), 20);`;
  const options = [...nodeOptions, "--input-type=module", "--eval", code];
  expect(() => execFileSync(process.execPath, options, { cwd: import.meta.dirname, timeout: 240_000 })).toThrow(
    expect.objectContaining({ status: 7 }),
  );
});
