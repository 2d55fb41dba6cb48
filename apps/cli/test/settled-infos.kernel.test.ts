import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { afterEach, expect, vi } from "vitest";
import { listInfos } from "../src/engine/containers/container-info.ts";
import { settledInfos } from "../src/engine/containers/settled-infos.ts";
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
function statesOf(infos: ReturnType<typeof settledInfos>): string[] | undefined {
  return infos?.map(({ name, state }) => `${name} ${state}`).toSorted();
}

kernel("settledInfos() finds containers at rest as listInfos() does", async () => {
  await using here = benchHere();
  expect(settledInfos()).toEqual([]);
  await here.start("--name", "up", "--health-cmd", "true", "sleep", "1000");
  await here.start("--name", "still", "sleep", "1000");
  await here.call("pause", "still");
  await here.start("--name", "ended", "false");
  await here.start("--name", "again", "--restart", "always", "false");
  const { directory } = listInfos()[0]!.config.options.rootfs;
  expect(await here.call("create", "--rootfs", directory, "--name", "made", "true")).toMatchObject({ status: 0 });
  await waitFor(() => {
    const states = statesOf(settledInfos());
    expect(states).toEqual(["again restarting", "ended exited", "made created", "still paused", "up running"]);
    // One of the two may have been put between by the restart.
    expect(statesOf(listInfos())).toEqual(states);
  });
  await here.call("rm", "-f", "again");
  await waitFor(() => expect(settledInfos()).toBeDefined());
  const byId = (infos: ReturnType<typeof listInfos>): unknown => infos.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(settledInfos()!)).toEqual(byId(listInfos()));
});

kernel("settledInfos() leaves a container without a supervisor to listInfos()", async () => {
  await using here = benchHere();
  const id = await here.start("--name", "web", "sleep", "1000");
  await killSupervisor(id);
  expect(settledInfos()).toBeUndefined();
  expect(await here.status("web")).toMatch(/^Up /);
  await waitFor(() => expect(statesOf(settledInfos())).toEqual(["web running"]));
});

kernel("settledInfos() leaves files that are damaged or missing to listInfos()", async () => {
  await using here = benchHere();
  const id = await here.start("--name", "web", "sleep", "1000");
  await waitFor(() => expect(settledInfos()).toBeDefined());
  const files = [join(here.data, "containers", id, "config.json"), join(here.data, "containers", id, "state.json")];
  for (const file of files) {
    const whole = readFileSync(file);
    for (const part of ["", "{", "{}"]) {
      writeFileSync(file, part);
      expect([file, part, settledInfos()]).toEqual([file, part, undefined]);
    }
    rmSync(file);
    expect([file, settledInfos()]).toEqual([file, undefined]);
    writeFileSync(file, whole);
    expect(statesOf(settledInfos())).toEqual(["web running"]);
  }
  rmSync(join(here.data, "names/web"));
  expect(settledInfos()).toBeUndefined();
});
