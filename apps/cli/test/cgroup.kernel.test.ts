import { detect } from "@wb/cgroup";
import { requires } from "@wb/testing";
import { beforeAll, expect } from "vitest";
import { type Outcome, wb, wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

const onMachine = requires("root", "cgroup_controller:memory", "cgroup_controller:pids", "cgroup_controller:cpu");
const name = `wb-test-${process.pid}-cli`;

function cgroup(...args: string[]): Promise<Outcome> {
  return wb(["cgroup", ...args]);
}

onMachine("wb cgroup makes, changes, uses, shows and removes a group", async () => {
  expect(await cgroup("create", `${name}/in`, "memory.max=64m", "pids.max=10")).toMatchObject({
    status: 0,
    stderr: "",
  });
  try {
    const twice = await cgroup("create", `${name}/in`);
    expect(twice).toMatchObject({ status: 1, stderr: expect.stringContaining("wb: there is a cgroup ") });
    expect((await cgroup("set", `${name}/in`, "memory.max=1.5m", "cpu.max=50%")).status).toBe(0);
    const refused = await cgroup("set", `${name}/in`, "memory.max=2m", "pids.max=-5");
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("wb: pids.max is -5; it must be") });
    const inside = await cgroup("exec", `${name}/in`, "sh", "-c", "cut -d: -f3 /proc/self/cgroup | sort -u; exit 7");
    expect(inside).toMatchObject({ status: 7, stdout: `/${name}/in\n` });
    const { stdout } = await cgroup("stat", `${name}/in`);
    expect(stdout).toContain("\nmemory.max 1572864\n");
    expect(stdout).toMatch(/^pids\.max 10$/m);
    expect((await cgroup("ls", name)).stdout).toBe(`/${name}/in 0\n`);
    for (const word of ["freeze", "thaw", "kill"]) {
      expect(await cgroup(word, name)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    }
  } finally {
    expect(await cgroup("rm", name)).toMatchObject({ status: 0, stderr: "" });
  }
  for (const word of ["stat", "rm", "kill", "freeze", "ls"]) {
    expect(await cgroup(word, name)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("there is no cgroup"),
    });
  }
});

onMachine("wb cgroup refuses what it does not understand", async () => {
  expect((await cgroup("paint", name)).stderr).toContain('there is no wb cgroup "paint"');
  expect((await cgroup("create")).stderr).toContain("needs the name of a group");
  expect((await cgroup("create", "../up")).stderr).toContain('has a ".." in it');
  expect((await cgroup("set", name, "memory.max")).stderr).toContain("KEY=VALUE is meant");
  expect((await cgroup("rm", name, "more")).stderr).toContain('unexpected argument "more"');
});

onMachine("wb cgroup takes no file of a group for a group", async () => {
  for (const file of ["tasks", "notify_on_release", "memory.stat", "pids.max"]) {
    for (const word of ["kill", "rm", "freeze", "thaw", "stat", "get", "ls"])
      expect(await cgroup(word, file), `${word} ${file}`).toMatchObject({
        status: 1,
        stdout: "",
        stderr: expect.stringContaining(`there is no cgroup /${file}`),
      });
  }
});

onMachine("wb cgroup exec takes a -- before the command, which keeps its own", async () => {
  expect(await cgroup("create", `${name}-exec`)).toMatchObject({ status: 0 });
  try {
    const command = ["sh", "-c", 'echo "$@"', "sh", "--", "-x"];
    for (const words of [command, ["--", ...command]])
      expect(await cgroup("exec", `${name}-exec`, ...words)).toMatchObject({ status: 0, stdout: "-- -x\n" });
    expect((await cgroup("exec", `${name}-exec`, "--")).stderr).toContain("cgroup exec needs a command");
  } finally {
    expect(await cgroup("rm", `${name}-exec`)).toMatchObject({ status: 0, stderr: "" });
  }
});

onMachine("wb cgroup SUBCOMMAND --help shows that one, and a flag is no group", async () => {
  const { stdout } = await cgroup("--help");
  const names = [...stdout.matchAll(/^ {2}(\w+) \[?NAME/gm)].map(([, word = ""]) => word);
  expect(names.length).toBe(10);
  for (const word of names) {
    expect((await cgroup(word, "--help")).stdout).toMatch(new RegExp(String.raw`^Usage: wb cgroup ${word} \[?NAME`));
    const flag = await cgroup(word, "-g", "memory:web");
    expect(flag).toMatchObject({ status: 1, stderr: expect.stringContaining("wb: unknown flag: -g\n") });
  }
  expect((await cgroup("delete", name)).stderr).toBe('wb: there is no wb cgroup "delete"\nhint: wb cgroup rm\n');
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:memory",
)("wb cgroup set writes a file that cannot be read, such as memory.force_empty", async (context) => {
  const version = detect().hierarchies.find(({ controllers }) => controllers.includes("memory"))?.version;
  if (version !== 1) return context.skip("memory is on v2");
  expect(await cgroup("create", `${name}-empty`)).toMatchObject({ status: 0 });
  try {
    const set = await cgroup("set", `${name}-empty`, "memory.force_empty=0");
    expect(set).toEqual({ status: 0, stdout: "", stderr: "" });
  } finally {
    expect(await cgroup("rm", `${name}-empty`)).toMatchObject({ status: 0, stderr: "" });
  }
});
