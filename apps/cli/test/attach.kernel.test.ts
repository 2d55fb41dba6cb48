import { join } from "node:path";
import { busyboxRoot, requires, type TemporaryDirectory, temporaryDirectory, waitFor } from "@wb/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { openScreen } from "./support/tmux.ts";
import { type Outcome, wb, type WbOptions, wbScript } from "./support/wb.ts";

let place: TemporaryDirectory;
let root: ReturnType<typeof busyboxRoot>;

beforeEach(() => {
  place = temporaryDirectory("wb-attach-");
  root = busyboxRoot();
});
afterEach(async () => {
  const ids = (await call(["ps", "-aq", "--no-trunc"])).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await call(["rm", "-f", ...ids]);
  root[Symbol.dispose]();
  place[Symbol.dispose]();
});

const kernel = requires("root", "command:busybox");

function env(): Record<string, string> {
  return { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") };
}

function call(args: readonly string[], options: WbOptions = {}): Promise<Outcome> {
  return wb(args, { ...options, env: env() });
}

describe("wb run in the foreground", () => {
  kernel("keeps a container without --rm, with what it wrote on each stream and its status", async () => {
    const script = "echo out; echo err >&2; exit 7";
    expect(await call(["run", "--name", "one", "--rootfs", root.path, "sh", "-c", script])).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      status: 7,
    });
    expect(await call(["logs", "one"])).toMatchObject({ stdout: "out\n", stderr: "err\n" });
    expect((await call(["ps", "-a"])).stdout).toContain("Exited (7)");
  });

  kernel("passes stdin on to its end with -i", async () => {
    const input = "line\n".repeat(200_000);
    const { stdout, status } = await call(["run", "-i", "--rootfs", root.path, "cat"], { input });
    expect([status, stdout === input]).toEqual([0, true]);
  });

  kernel("shows one with --rm to other commands until it ends", async () => {
    const running = call(["run", "--rm", "--name", "fast", "--rootfs", root.path, "sh", "-c", "sleep 30; exit 5"]);
    await waitFor(async () => expect((await call(["ps"])).stdout).toMatch(/ fast\n$/));
    expect(await call(["exec", "fast", "echo", "inside"])).toMatchObject({ stdout: "inside\n", status: 0 });
    expect((await call(["logs", "fast"])).stderr).toMatch(/configured logging driver does not support reading/);
    const waiting = call(["wait", "fast"]);
    expect(await call(["stop", "-t", "0", "fast"])).toMatchObject({ stdout: "fast\n", status: 0 });
    expect(await running).toMatchObject({ status: 137 });
    expect((await waiting).status).toBe(0);
    expect((await call(["ps", "-aq"])).stdout).toBe("");
  });
});

describe("wb attach", () => {
  kernel("refuses what does not run, or is paused, in docker's words", async () => {
    await call(["run", "--name", "over", "--rootfs", root.path, "true"]);
    expect((await call(["attach", "over"])).stderr).toMatch(/You cannot attach to a stopped container, start it first/);
    await call(["run", "-d", "--name", "still", "--rootfs", root.path, "sleep", "1000"]);
    await call(["pause", "still"]);
    expect((await call(["attach", "still"])).stderr).toMatch(
      /You cannot attach to a paused container, unpause it first/,
    );
  });

  requires(
    "root",
    "command:busybox",
    "command:tmux",
    "command:bash",
  )("is a terminal that is detached from by keys, resized, and attached to again", async () => {
    using screen = await openScreen();
    const { WB_ROOT, WB_STATE } = env();
    await screen.enter(`clear; export WB_ROOT=${WB_ROOT} WB_STATE=${WB_STATE}; echo set`, /^set$/mu);
    await screen.enter(`clear; ${wbScript()} run -it --name shell --rootfs ${root.path} sh`, /\/ #$/u);
    screen.resize(90, 20);
    await screen.enter("stty size", /^20 90$/mu);
    screen.type("C-p", "C-q");
    await screen.shows(/read escape sequence\nhost\$$/u);
    await screen.enter(`clear; ${wbScript()} attach shell`, /\/ #$/u);
    await screen.enter("echo again; exit 3", /^again\nhost\$$/mu);
    await screen.enter("echo status $?", /^status 3$/mu);
  });
});
