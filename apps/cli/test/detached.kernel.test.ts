import { readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  busyboxRoot,
  leavesHostUnchanged,
  requires,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from "@wb/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { type Outcome, wb } from "./support/wb.ts";

let place: TemporaryDirectory;
let root: ReturnType<typeof busyboxRoot>;

beforeEach(() => {
  place = temporaryDirectory("wb-detached-");
  root = busyboxRoot();
});
afterEach(async () => {
  const ids = (await call("ps", "-aq", "--no-trunc")).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await call("rm", "-f", ...ids);
  await waitFor(() => expect(left()).toEqual([]));
  root[Symbol.dispose]();
  place[Symbol.dispose]();
});
leavesHostUnchanged();

function call(...args: readonly string[]): Promise<Outcome> {
  return wb(args, { env: { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") } });
}

async function run(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await call("run", "-d", "--rootfs", root.path, ...args);
  expect([status, stderr, stdout]).toEqual([0, "", expect.stringMatching(/^[0-9a-f]{64}\n$/)]);
  return stdout.trim();
}

/** What is there of containers. */
function left(): string[] {
  return ["data/containers", "data/names", "run/containers", "run/supervised"].flatMap((path) => {
    try {
      return readdirSync(join(place.path, path));
    } catch {
      return [];
    }
  });
}

const kernel = requires("root", "command:busybox");

async function column(field: number, ...args: readonly string[]): Promise<string[]> {
  const [, ...lines] = (await call("ps", ...args)).stdout.trimEnd().split("\n");
  return lines.map((line) => line.split(/ {3,}/)[field] ?? "");
}

describe("wb run -d", () => {
  kernel("makes a container that runs on, is listed, stopped and removed", async () => {
    const id = await run("--name", "web", "sleep", "1000");
    expect((await call("ps")).stdout).toMatch(
      new RegExp(`^CONTAINER ID .*\\n${id.slice(0, 12)} .* "sleep 1000" .* Up .* web\\n$`),
    );
    expect((await call("rm", "web")).stderr).toMatch(
      /^wb: cannot remove container "web": container is running\nhint: /,
    );
    expect(await call("stop", "-t", "0", "web")).toMatchObject({ status: 0, stdout: "web\n", stderr: "" });
    expect((await call("ps")).stdout.split("\n")).toHaveLength(2);
    expect(await column(4, "-a")).toEqual([expect.stringMatching(/^Exited \(137\) .* ago$/)]);
    expect(await call("rm", id.slice(0, 6))).toMatchObject({ status: 0, stdout: `${id.slice(0, 6)}\n` });
    expect(left()).toEqual([]);
  });

  kernel("knows how a container ended, and starts it again", async () => {
    await run("--name", "short", "sh", "-c", "exit 7");
    expect(await call("wait", "short")).toMatchObject({ status: 0, stdout: "7\n" });
    await waitFor(async () => expect(await column(4, "-a")).toEqual([expect.stringMatching(/^Exited \(7\) /)]));
    expect(await call("start", "short")).toMatchObject({ status: 0, stdout: "short\n" });
    expect((await call("wait", "short")).stdout).toBe("7\n");
  });

  kernel("takes its container away with --rm when that has ended", async () => {
    await run("--rm", "true");
    await waitFor(() => expect(left()).toEqual([]));
  });

  kernel("gives names that are one container's", async () => {
    await run("--name", "one", "sleep", "1000");
    const taken = await call("run", "-d", "--rootfs", root.path, "--name", "one", "true");
    expect(taken.stderr).toMatch(
      /^wb: Conflict\. The container name "\/one" is already in use by container "[0-9a-f]{64}"/,
    );
    await run("sleep", "1000");
    expect((await call("ps")).stdout).toMatch(/ [a-z]+_[a-z]+\n.* one\n$/);
  });

  kernel("leaves nothing of a container whose command is not there", async () => {
    const missing = await call("run", "-d", "--rootfs", root.path, "no-such-command");
    expect([missing.status, missing.stderr]).toEqual([
      127,
      expect.stringContaining("executable file not found in $PATH"),
    ]);
    expect(left()).toEqual([]);
  });

  kernel("stops by the container's own signal, and kills by any", async () => {
    const script = "trap 'exit 3' USR1; trap 'exit 4' HUP; while :; do sleep 0.05; done";
    await run("--name", "own", "--stop-signal", "USR1", "sh", "-c", script);
    await run("--name", "other", "sh", "-c", script);
    expect(await call("stop", "own")).toMatchObject({ status: 0 });
    expect((await call("kill", "-s", "HUP", "other")).status).toBe(0);
    expect((await call("wait", "own", "other")).stdout).toBe("3\n4\n");
    expect((await call("kill", "own")).stderr).toContain("container own is not running");
  });

  kernel("costs no more than 64 kB beside its command, also after much output", async () => {
    await run("--name", "loud", "sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x; exec sleep 1000");
    await waitFor(async () => expect((await call("logs", "loud")).stdout).toHaveLength(1_000_000));
    const pid = (await call("inspect", "-f", "{{.State.Pid}}", "loud")).stdout.trim();
    const supervisor = /^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
    const resident = await readFile(`/proc/${supervisor}/smaps_rollup`, "utf8");
    expect(Number(/^Rss:\s+(\d+) kB$/m.exec(resident)?.[1])).toBeLessThanOrEqual(64);
  });

  kernel("does not wait for a stop that waits for the container: kill and rm -f end both", async () => {
    for (const hurry of [["kill"], ["rm", "-f"]]) {
      await run("--name", "deaf", "sleep", "1000");
      const stop = call("stop", "-t", "600", "deaf");
      await waitFor(async () => {
        const states = await readdir(join(place.path, "data/containers"));
        const [state = "{}"] = await Promise.all(
          states.map((id) => readFile(join(place.path, "data/containers", id, "state.json"), "utf8")),
        );
        expect(JSON.parse(state)).toMatchObject({ stoppedByHand: true });
      });
      expect(await call(...hurry, "deaf")).toMatchObject({ status: 0, stdout: "deaf\n" });
      expect((await stop).status).toBe(0);
      await call("rm", "-f", "deaf");
    }
  });

  kernel("lists by label, state and number", async () => {
    const a = await run("-l", "stage=test", "sleep", "1000");
    const b = await run("--name", "b", "true");
    await call("wait", "b");
    const quiet = async (...args: readonly string[]): Promise<string> =>
      (await call("ps", "-q", "--no-trunc", ...args)).stdout;
    expect(await quiet("--filter", "label=stage=test")).toBe(`${a}\n`);
    expect(await quiet("--filter", "status=exited")).toBe(`${b}\n`);
    expect(await quiet("-n", "1")).toBe(`${b}\n`);
    expect(await quiet("-a")).toBe(`${b}\n${a}\n`);
  });
});

describe("the life of a container", () => {
  kernel("is paused, goes on, and starts anew", async () => {
    const id = await run("--rm", "--name", "web", "sh", "-c", "echo began; sleep 1000");
    expect(await call("pause", "web")).toMatchObject({ status: 0, stdout: "web\n" });
    expect((await call("ps")).stdout).toMatch(/ Up .* \(Paused\) /);
    expect((await call("exec", "web", "true")).stderr).toContain("container web is paused");
    expect((await call("pause", "web")).stderr).toContain("container web is already paused");
    expect((await call("unpause", "web")).status).toBe(0);
    expect((await call("unpause", "web")).stderr).toContain("container web is not paused");
    expect(await call("restart", "-t", "0", "web")).toMatchObject({ status: 0, stdout: "web\n" });
    expect((await call("logs", "web")).stdout).toBe("began\nbegan\n");
    expect((await call("ps", "-q", "--no-trunc")).stdout).toBe(`${id}\n`);
  });

  kernel("has one name at a time", async () => {
    await run("--name", "one", "sleep", "1000");
    await run("--name", "two", "sleep", "1000");
    expect((await call("rename", "one", "two")).stderr).toContain('The container name "/two" is already in use');
    expect((await call("rename", "one", "a/b")).stderr).toContain("Invalid container name (a/b)");
    expect(await call("rename", "one", "three")).toMatchObject({ status: 0, stdout: "" });
    expect((await call("stop", "-t", "0", "three")).status).toBe(0);
    expect((await call("stop", "one")).stderr).toContain("No such container: one");
  });
});

describe("wb exec", () => {
  kernel("runs a command in all namespaces of a container, in its group, with its privileges", async () => {
    await run("--name", "web", "--cap-drop", "CHOWN", "sleep", "1000");
    const script =
      "for k in cgroup ipc mnt net pid uts; do readlink /proc/self/ns/$k; done; grep -E 'Cap(Prm|Bnd)|Seccomp:' /proc/self/status; cat /proc/self/cgroup";
    const own = await call("exec", "web", "sh", "-c", script);
    const first = await call("exec", "web", "sh", "-c", script.replaceAll("/proc/self", "/proc/1"));
    expect(own.stdout).toBe(first.stdout);
    expect(own.stdout).toContain("Seccomp:\t2");
  });

  kernel("passes stdin, the environment, the user and the status on", async () => {
    await run("--name", "web", "-e", "A=1", "-e", "B=1", "sleep", "1000");
    const script = "cat; echo $A $B $(id -u):$(id -g) $(pwd); exit 9";
    const options = ["-i", "-e", "B=2", "-u", "33:34", "-w", "/tmp", "web", "sh", "-c", script];
    const env = { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") };
    expect(await wb(["exec", ...options], { env, input: "in\n" })).toMatchObject({
      status: 9,
      stdout: "in\n1 2 33:34 /tmp\n",
    });
    expect(await call("exec", "web", "cat")).toMatchObject({ status: 0, stdout: "" });
    expect((await call("exec", "web", "no-such")).status).toBe(127);
    expect((await call("exec", "-u", "nosuch", "web", "true")).stderr).toContain("nosuch");
  });

  kernel("refuses a container that does not run", async () => {
    await run("--name", "short", "true");
    await call("wait", "short");
    const refused = await call("exec", "short", "true");
    expect([refused.status, refused.stderr]).toEqual([1, "wb: container short is not running\nhint: wb start short\n"]);
  });
});

describe("wb logs", () => {
  kernel("shows what a container has written, each stream as it was", async () => {
    await run("--name", "web", "sh", "-c", "echo one; echo two >&2; echo -n three");
    await call("wait", "web");
    expect(await call("logs", "web")).toMatchObject({ status: 0, stdout: "one\nthree", stderr: "two\n" });
    expect((await call("logs", "-t", "web")).stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z one\n/);
  });

  kernel("follows a container to its end, and has what it wrote before a start, too", async () => {
    await run("--name", "web", "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done");
    expect(await call("logs", "-f", "web")).toMatchObject({ status: 0, stdout: "1\n2\n3\n" });
    await call("wait", "web");
    expect((await call("start", "web")).status).toBe(0);
    expect((await call("logs", "--follow", "web")).stdout).toBe("1\n2\n3\n1\n2\n3\n");
    expect((await call("logs", "web", "-n", "2")).stdout).toBe("2\n3\n");
  });

  kernel("loses nothing of what is written as fast as it can be", async () => {
    await run("--name", "web", "sh", "-c", "seq 1 300000");
    await call("wait", "web");
    const { stdout } = await call("logs", "web");
    expect(stdout === Array.from({ length: 300_000 }, (_, n) => `${n + 1}\n`).join("")).toBe(true);
  });
});

describe("wb run -d --restart", () => {
  kernel("starts a container again with a back-off, so often as it is to", async () => {
    await run("--name", "web", "--restart", "on-failure:2", "sh", "-c", "echo ran; exit 3");
    await waitFor(async () => expect((await call("logs", "web")).stdout).toBe("ran\nran\nran\n"));
    await waitFor(async () => expect((await call("ps", "-a")).stdout).toContain("Exited (3)"));
    expect((await call("logs", "web")).stdout).toBe("ran\nran\nran\n");
  });

  kernel("starts no container again that was stopped, or that ended well", async () => {
    await run("--name", "stopped", "--restart", "always", "sleep", "1000");
    await run("--name", "well", "--restart", "on-failure", "sh", "-c", "echo ran");
    await call("wait", "well");
    expect((await call("stop", "-t", "0", "stopped")).status).toBe(0);
    await waitFor(async () =>
      expect((await call("ps", "-aq", "--filter", "status=exited")).stdout.split("\n")).toHaveLength(3),
    );
    expect((await call("logs", "well")).stdout).toBe("ran\n");
  });

  kernel("shows a container that waits to be started as restarting, and lets it be stopped", async () => {
    await run("--name", "web", "--restart", "always", "false");
    await waitFor(async () => expect((await call("ps", "-a")).stdout).toMatch(/Restarting \(1\) .* ago/));
    expect((await call("stop", "web")).status).toBe(0);
    await waitFor(async () => expect((await call("ps", "-a")).stdout).toContain("Exited (1)"));
    expect((await call("run", "-d", "--rm", "--restart", "always", "--rootfs=/", "true")).stderr).toContain(
      "conflicting options",
    );
  });
});
