import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { nobody, nodeOptions, requires } from "@wb/testing";
import { afterEach, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import { directoryOf, expectNothingLeft, somePath } from "./group.ts";

const onTree = requires("root", "cgroup2_tree");
const onV2 = requires("root", "cgroup_v2");

afterEach(expectNothingLeft);

const NOBODY = 65_534;

/** Runs a program as an ordinary user in a group. @returns the JSON that it prints */
function asUserIn(directory: string, body: string): unknown {
  const program = `
    import { createDelegatedCgroup, delegatedLayout } from ${JSON.stringify(import.meta.resolve("../src/index.ts"))};
    import { readFileSync, existsSync } from "node:fs";
    import { spawnSync } from "node:child_process";
    const caught = (action) => { try { return action(); } catch ({ code, message, hint }) { return { code, message, hint }; } };
    const own = () => readFileSync("/proc/self/cgroup", "utf8").match(/^0::(.*)$/m)[1];
    const show = (value) => console.log(JSON.stringify(value));
    ${body}`;
  const node = [...nobody, process.execPath, ...nodeOptions, "--input-type=module", "--eval", program];
  const script = `echo $$ > ${directory}/cgroup.procs && exec "$@"`;
  const { stdout, stderr, status } = spawnSync("sh", ["-c", script, "sh", ...node], { cwd: "/", encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as unknown;
}

onTree(
  "createDelegatedCgroup() refuses limits without a delegated group, and makes none when none are asked for",
  async () => {
    await using group = createCgroup(somePath());
    const [limited, free, layout] = asUserIn(
      directoryOf(group, "v2"),
      `
    show([caught(() => createDelegatedCgroup("/web", { pids: { max: 5 } })), createDelegatedCgroup("/web") ?? null, delegatedLayout() ?? null]);
  `,
    ) as [unknown, unknown, unknown];
    expect(limited).toEqual({
      code: "WB_CGROUP_DELEGATION",
      message: `limits of pids were asked for, and no control group was delegated to user ${NOBODY}: it may not write to its own, ${directoryOf(group, "v2")}`,
      hint: expect.stringContaining("or leave the limits away"),
    });
    expect([free, layout]).toEqual([null, null]);
  },
);

onTree("createDelegatedCgroup() makes a group without limits, and leaves its caller where it is", async () => {
  await using group = createCgroup(somePath());
  group.delegate(NOBODY, NOBODY);
  const seen = asUserIn(
    directoryOf(group, "v2"),
    `
    const group = createDelegatedCgroup("/web");
    const there = existsSync(delegatedLayout().hierarchies[0].mountpoint + "/web");
    group.removeSync();
    show([there, own(), caught(() => createDelegatedCgroup("/web", { netCls: { classid: 1 } }))]);
  `,
  );
  expect(seen).toEqual([
    true,
    group.path,
    expect.objectContaining({
      code: "WB_CGROUP_DELEGATION",
      message: expect.stringContaining("limits of netCls were asked for, and"),
    }),
  ]);
  expect(readdirSync(directoryOf(group, "v2"), { withFileTypes: true }).some((one) => one.isDirectory())).toBe(false);
});

onV2("createDelegatedCgroup() limits what an ordinary user starts, a second one beside the first", async () => {
  // What the one above passes on is what is delegated.
  await using above = createCgroup(somePath(), { pids: { max: 100 } });
  await using group = createCgroup(`${above.path}/user`, { memory: { max: "200m" }, pids: { max: 90 } });
  group.delegate(NOBODY, NOBODY);
  const seen = asUserIn(
    directoryOf(group, "v2"),
    `
    const group = createDelegatedCgroup("/web", { pids: { max: 5 }, memory: { max: "32m" } });
    const second = createDelegatedCgroup("/other", { pids: { max: 6 } });
    const file = (name) => readFileSync(delegatedLayout().hierarchies[0].mountpoint + name, "utf8").trim();
    const values = [own(), file("/web/pids.max"), file("/web/memory.max"), file("/other/pids.max")];
    group.add(process.pid);
    values.push(own(), spawnSync("sh", ["-c", "for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1 & done; wait"]).status !== 0);
    second.add(process.pid);
    group.removeSync();
    show(values);
  `,
  );
  expect(seen).toEqual([`${group.path}/wb-callers`, "5", "33554432", "6", `${group.path}/web`, true]);
  expect(existsSync(directoryOf(group, "v2"))).toBe(true);
});
