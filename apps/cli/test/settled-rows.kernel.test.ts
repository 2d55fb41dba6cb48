import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { afterEach, expect, vi } from "vitest";
import { type ContainerInfo, listInfos } from "../src/engine/containers/container-info.ts";
import { containerRow, type ListedContainer } from "../src/engine/containers/container-row.ts";
import { settledRows } from "../src/engine/containers/settled-rows.ts";
import type { RootfsOption } from "../src/engine/run-options.ts";
import { type DetachedBench, detachedBench, killSupervisor } from "./support/detached-bench.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox", "init_pidns");

/** A store whose containers this process looks at, too. */
function benchHere(): DetachedBench {
  const here = detachedBench();
  vi.stubEnv("WB_ROOT", here.data);
  vi.stubEnv("WB_STATE", here.run);
  return here;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

/** By states alone: what the two read at different moments may differ in nothing else. */
function statesOf(containers: readonly Pick<ContainerInfo, "name" | "state">[] | undefined): string[] | undefined {
  return containers?.map(({ name, state }) => `${name} ${state}`).toSorted();
}

function listedInfos(): ListedContainer[] {
  return listInfos().map((info) => containerRow(info));
}

kernel("settledRows() finds containers at rest as listInfos() does", async () => {
  await using here = benchHere();
  expect(settledRows()).toEqual([]);
  await here.start("--name", "up", "--health-cmd", "true", "sleep", "1000");
  await here.start("--name", "still", "sleep", "1000");
  await here.call("pause", "still");
  await here.start("--name", "ended", "false");
  await here.start("--name", "again", "--restart", "always", "false");
  const { directory } = listInfos()[0]!.config.options.rootfs as RootfsOption;
  expect(await here.call("create", "--rootfs", directory, "--name", "made", "true")).toMatchObject({ status: 0 });
  await waitFor(() => {
    const states = statesOf(settledRows());
    expect(states).toEqual(["again restarting", "ended exited", "made created", "still paused", "up running"]);
    // One of the two may have been put between by the restart.
    expect(statesOf(listInfos())).toEqual(states);
  });
  await here.call("rm", "-f", "again");
  await waitFor(() => expect(settledRows()).toBeDefined());
  const byId = (rows: readonly ListedContainer[]): unknown => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(settledRows()!)).toEqual(byId(listedInfos()));
});

kernel("settledRows() leaves a container without a supervisor to listInfos()", async () => {
  await using here = benchHere();
  const id = await here.start("--name", "web", "sleep", "1000");
  await killSupervisor(id);
  expect(settledRows()).toBeUndefined();
  expect(await here.status("web")).toMatch(/^Up /);
  await waitFor(() => expect(statesOf(settledRows())).toEqual(["web running"]));
});

/** What may be left of a file. */
const PARTS = ["", "{", "{}", undefined];

function damage(file: string, part: string | undefined): void {
  if (part === undefined) rmSync(file);
  else writeFileSync(file, part);
}

kernel("settledRows() leaves files that are damaged or missing to listInfos()", async () => {
  await using here = benchHere();
  const id = await here.start("--name", "web", "sleep", "1000");
  const rests = await here.start("--name", "rests", "true");
  await waitFor(() => expect(statesOf(settledRows())).toEqual(["rests exited", "web running"]));
  const files = [`${id}/state.json`, `${rests}/state.json`, `${rests}/config.json`];
  for (const file of files.map((name) => join(here.data, "containers", name))) {
    const whole = readFileSync(file);
    for (const part of PARTS) {
      damage(file, part);
      expect([file, part, settledRows()]).toEqual([file, part, undefined]);
    }
    writeFileSync(file, whole);
    expect(statesOf(settledRows())).toEqual(["rests exited", "web running"]);
  }
  rmSync(join(here.data, "names/web"));
  expect(settledRows()).toBeUndefined();
});

kernel("a container that runs is listed alike with and without its configuration", async () => {
  await using here = benchHere();
  const id = await here.start("--name", "web", "--label", "tier=front", "--volume", "data:/data", "sleep", "1000");
  await waitFor(() => expect(settledRows()).toBeDefined());
  const rows = settledRows();
  expect(rows).toMatchObject([{ command: "sleep 1000", labels: { tier: "front" }, mounts: [{ name: "data" }] }]);
  for (const part of PARTS) {
    damage(join(here.data, "containers", id, "config.json"), part);
    expect([settledRows(), listedInfos()]).toEqual([rows, rows]);
  }
});
