import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { hostState, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { start, wb } from "./support/wb.ts";

const rooted = requires("root");
const at = (path: string) => ({ env: { WB_STATE: path } });

describe("wb run --name", () => {
  rooted("is one container's at a time, and free again when it ends", async () => {
    const before = hostState();
    using state = temporaryDirectory();
    const first = start(
      ["run", "--rm", "--rootfs=/:O", "--name", "web", "-i", "sh", "-c", "echo ready; sleep 1"],
      at(state.path),
    );
    await once(first.stdout, "data");
    const names = join(state.path, "names");
    expect(readdirSync(names)).toEqual(["web"]);
    expect(readdirSync(state.path)).toContain(readlinkSync(join(names, "web")));
    expect(await wb(["run", "--rm", "--rootfs=/:O", "--name", "web", "echo", "ran"], at(state.path))).toEqual({
      stdout: "",
      stderr: 'wb: the name "web" is in use by another container\nhint: choose another --name\n',
      status: 125,
    });
    expect(await wb(["run", "--rm", "--rootfs=/:O", "--name", "other", "echo", "ran"], at(state.path))).toMatchObject({
      stdout: "ran\n",
      status: 0,
    });
    expect(await first.outcome).toMatchObject({ status: 0 });
    expect(await wb(["run", "--rm", "--rootfs=/:O", "--name", "web", "echo", "again"], at(state.path))).toMatchObject({
      stdout: "again\n",
      status: 0,
    });
    await isAsBefore(before);
  });

  rooted("is free again after its wb was killed with SIGKILL", async () => {
    const before = hostState();
    using state = temporaryDirectory();
    const first = start(
      ["run", "--rm", "--rootfs=/:O", "--name", "web", "sh", "-c", "echo ready; sleep 60"],
      at(state.path),
    );
    await once(first.stdout, "data");
    first.kill("SIGKILL");
    await first.outcome;
    expect(readdirSync(join(state.path, "names"))).toEqual(["web"]);
    expect(await wb(["run", "--rm", "--rootfs=/:O", "--name", "web", "echo", "mine"], at(state.path))).toEqual({
      stdout: "mine\n",
      stderr: "",
      status: 0,
    });
    expect(existsSync(state.path)).toBe(false);
    await isAsBefore(before);
  });

  rooted("is free again after a container that could not be made", async () => {
    using state = temporaryDirectory();
    await wb(["run", "--rm", "--rootfs=/:O", "--name", "web", "no-such-command"], at(state.path));
    expect(existsSync(state.path)).toBe(false);
  });

  rooted("goes to exactly one of many that ask at once", async () => {
    const before = hostState();
    using state = temporaryDirectory();
    // The winner holds it until all others have been told.
    const outcomes = await Promise.all(
      Array.from(
        { length: 10 },
        () => start(["run", "--rm", "--rootfs=/:O", "--name", "web", "sleep", "6"], at(state.path)).outcome,
      ),
    );
    expect(outcomes.filter(({ status }) => status === 0)).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 125)).toHaveLength(9);
    for (const { stderr, status } of outcomes) if (status === 125) expect(stderr).toContain('the name "web" is in use');
    await isAsBefore(before);
  });
});

rooted("20 wb run at once each have a container of their own, and leave nothing", async () => {
  const before = hostState();
  using state = temporaryDirectory();
  const script = "hostname; ls /sys/fs/cgroup >/dev/null; echo $$; touch /mine; sleep 0.2; ls -d /mine";
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  const outcomes = await Promise.all(
    numbers.map((index) =>
      wb(
        ["run", "--rm", "--rootfs=/:O", "--hostname", `box${index}`, "-m", "64m", "sh", "-c", script],
        at(join(state.path, "state")),
      ),
    ),
  );
  expect(outcomes).toEqual(numbers.map((index) => ({ stdout: `box${index}\n1\n/mine\n`, stderr: "", status: 0 })));
  expect(readdirSync(state.path)).toEqual([]);
  await isAsBefore(before);
});

rooted("wb runs while others are killed and cleaned up after", async () => {
  const before = hostState();
  using state = temporaryDirectory();
  const rounds = Array.from({ length: 15 }, async (_, index) => {
    const victim = start(["run", "--rm", "--rootfs=/:O", "--name", `victim${index}`, "sleep", "60"], at(state.path));
    await new Promise((resolve) => setTimeout(resolve, 40 * index));
    victim.kill("SIGKILL");
    await victim.outcome;
    return wb(["run", "--rm", "--rootfs=/:O", "--name", `after${index}`, "echo", "ran"], at(state.path));
  });
  for (const outcome of await Promise.all(rounds)) expect(outcome).toEqual({ stdout: "ran\n", stderr: "", status: 0 });
  await wb(["run", "--rm", "--rootfs=/:O", "true"], at(state.path));
  expect(existsSync(state.path)).toBe(false);
  await isAsBefore(before);
});
