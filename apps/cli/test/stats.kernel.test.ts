import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { afterEach, beforeEach, expect } from "vitest";
import { openScreen } from "./support/tmux.ts";
import { type Outcome, start, wb, wbScript } from "./support/wb.ts";

let place: ReturnType<typeof temporaryDirectory>;
let root: ReturnType<typeof busyboxRoot>;

beforeEach(() => {
  place = temporaryDirectory("wb-stats-");
  root = busyboxRoot();
});
afterEach(async () => {
  const ids = (await call("ps", "-aq")).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await call("rm", "-f", ...ids);
  root[Symbol.dispose]();
  place[Symbol.dispose]();
});
leavesHostUnchanged();

const environment = () => ({ WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") });

function call(...args: readonly string[]): Promise<Outcome> {
  return wb(args, { env: environment() });
}

async function run(...args: readonly string[]): Promise<void> {
  expect(await call("run", "-d", "--rootfs", root.path, ...args)).toMatchObject({ status: 0, stderr: "" });
}

const kernel = requires("root", "command:busybox", "cgroup_controller:memory", "cgroup_controller:pids");

kernel("wb stats --no-stream shows what each container uses, as docker-stats(1)", async () => {
  await run("--name", "busy", "sh", "-c", "while :; do :; done");
  await run("--name", "idle", "--memory", "64m", "sh", "-c", "head -c 20m /dev/zero | tail & sleep 1000");
  await run("--name", "short", "true");
  await waitFor(async () => expect((await call("ps")).stdout).not.toContain("short"));
  const table = (await call("stats", "--no-stream")).stdout.trimEnd().split("\n");
  expect(table[0]).toMatch(/^CONTAINER ID   NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET I\/O +BLOCK I\/O +PIDS$/);
  expect(table.slice(1).map((line) => line.split(/ {2,}/)[1])).toEqual(["idle", "busy"]);
  const busy = table[2]!.split(/ {2,}/);
  expect(Number.parseFloat(busy[2]!)).toBeGreaterThan(1);
  expect(busy.at(-1)).toBe("1");
  const idle = table[1]!.split(/ {2,}/);
  expect(idle[3]).toMatch(/^\S+[KM]iB \/ 64MiB$/);
  // The others' stand where they were asked for, and one that does not run uses nothing.
  const named = await call(
    "stats",
    "--no-stream",
    "--format",
    "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.PIDs}}",
    "short",
    "busy",
  );
  expect(named.stdout).toMatch(/^short 0\.00% 0B \/ 0B 0\nbusy [\d.]+% \S+iB \/ \S+iB 1\n$/);
  expect((await call("stats", "--no-stream", "-a", "--format", "{{.Name}}")).stdout).toBe("short\nidle\nbusy\n");
  expect(await call("stats", "--no-stream", "nobody")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^wb: No such container: nobody\n/),
  });
});

kernel("wb stats goes on into a pipe, with the containers that come and go", async () => {
  await run("--name", "one", "sleep", "1000");
  const running = start(["stats", "--format", "{{.Name}} {{.PIDs}}"], { env: environment() });
  let seen = "";
  running.stdout.on("data", (data: Buffer) => (seen += data));
  await waitFor(() => expect(seen).toBe("one 1\n"));
  await run("--name", "two", "sleep", "1000");
  await waitFor(() => expect(seen).toMatch(/two 1\none 1\n/));
  await call("rm", "-f", "one");
  await waitFor(() => expect(seen).toMatch(/two 1\ntwo 1\n/));
  running.kill("SIGTERM");
  await running.outcome;
});

requires(
  "root",
  "command:busybox",
  "command:tmux",
)("wb stats shows a live table on a terminal, in its size, and leaves it as it was", async () => {
  for (const name of ["one", "two", "three"]) await run("--name", name, "sleep", "1000");
  using screen = await openScreen();
  const { WB_ROOT, WB_STATE } = environment();
  await screen.enter(
    `export WB_ROOT=${WB_ROOT} WB_STATE=${WB_STATE}; stty -a > ${place.path}/before; echo re''ady`,
    /ready/,
  );
  await screen.enter(`${wbScript()} stats`, /^CONTAINER ID.*\n\S+ +three +[\d.]+% .*\n\S+ +two .*\n\S+ +one .*$/);
  expect(screen.text().split("\n")).toHaveLength(4);
  screen.resize(40, 3);
  await screen.shows(/^CONTAINER ID .*\n\S+ +three .*\n\.\.\. 2 more$/);
  screen.resize(150, 40);
  await screen.shows(/^CONTAINER ID.*\n.*three.*\n.*two.*\n.*one.*$/);
  await call("rm", "-f", "two");
  await screen.shows(/^CONTAINER ID.*\n.*three.*\n.*one.*$/);
  screen.type("q");
  await screen.shows(/ready\nhost\$ .* stats\nhost\$$/);
  await screen.enter(`echo "status $?"; stty -a | cmp - ${place.path}/before && echo sa''me`, /status 0\nsame/);
  await screen.enter(`${wbScript()} stats one`, /CONTAINER ID.*\n.*one/);
  screen.type("C-c");
  await screen.enter('echo "then $?"', /then 130/);
});
