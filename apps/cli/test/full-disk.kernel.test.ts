import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { execa } from "execa";
import { expect } from "vitest";
import { type DetachedBench, detachedBench } from "./support/detached-bench.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

interface SmallBench extends DetachedBench {
  /** Both, or one of them. */
  readonly fill: (only?: "data" | "run") => void;
  readonly free: () => void;
}

/** A store on file systems of 1 MiB each, which can be filled up. */
async function smallBench(): Promise<SmallBench> {
  const here = detachedBench();
  const places = [here.data, here.run];
  for (const path of places) {
    mkdirSync(path, { mode: 0o700 });
    await execa("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "none", path]);
  }
  const fillers = places.map((path) => join(path, ".filler"));
  return {
    ...here,
    fill: (only) => (only === undefined ? fillers : [join(here[only], ".filler")]).forEach(fill),
    free: () => fillers.forEach((path) => rmSync(path, { force: true })),
    [Symbol.asyncDispose]: async () => {
      fillers.forEach((path) => rmSync(path, { force: true }));
      const ids = (await here.call("ps", "-aq", "--no-trunc")).stdout.split("\n").filter(Boolean);
      if (ids.length > 0) await here.call("rm", "-f", ...ids);
      for (const path of places) await execa("umount", ["--lazy", path]);
      await here[Symbol.asyncDispose]();
    },
  };
}

/** To the last byte. */
function fill(path: string): void {
  const fd = openSync(path, "w");
  try {
    for (let size = 65_536; size >= 1;) {
      try {
        writeSync(fd, Buffer.alloc(size));
      } catch {
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(fd);
  }
}

kernel("on a full disk a container's end is known, nothing is made by half, and all can be removed", async () => {
  await using here = await smallBench();
  const script = "echo one; while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 9";
  const id = await here.start("--name", "web", "--tmpfs", "/tmp", "sh", "-c", script);
  here.fill();
  expect(await here.status("web")).toMatch(/^Up /);
  const refused = await here.call("run", "-d", "--name", "other", "--rootfs", "/", "true");
  expect(refused).toMatchObject({
    stdout: "",
    stderr: expect.stringMatching(/^wb: [^\n]*ENOSPC[^\n]*\n(hint: .*\n)?$/),
  });
  expect(refused.status).toBe(125);
  expect((await here.call("ps", "-aq", "--no-trunc")).stdout).toBe(`${id}\n`);
  expect(await here.call("exec", "web", "touch", "/tmp/go")).toMatchObject({ status: 0 });
  expect((await here.call("wait", "web")).stdout).toBe("9\n");
  expect(await here.status("web")).toMatch(/^Exited \(9\) /);
  expect((await here.call("logs", "web")).stdout).toBe("one\n");
  expect(await here.call("rm", "web")).toMatchObject({ stdout: "web\n", status: 0 });
  expect((await here.call("ps", "-aq")).stdout).toBe("");
});

kernel("a log that cannot be written keeps no container waiting, and goes on when there is room", async () => {
  await using here = await smallBench();
  const script =
    "while [ ! -e /tmp/go ]; do sleep 0.05; done; seq 100000; echo lost >&2; while [ ! -e /tmp/on ]; do sleep 0.05; done; echo later";
  await here.start("--name", "web", "--tmpfs", "/tmp", "sh", "-c", script);
  here.fill();
  expect(await here.call("exec", "web", "sh", "-c", "touch /tmp/go; while pgrep seq; do :; done")).toMatchObject({
    status: 0,
  });
  here.free();
  expect(await here.call("exec", "web", "touch", "/tmp/on")).toMatchObject({ status: 0 });
  expect((await here.call("wait", "web")).stdout).toBe("0\n");
  expect((await here.call("logs", "web")).stdout).toMatch(/(?:^|\n)later\n$/);
});

for (const place of ["data", "run"] as const)
  kernel(
    `where only the ${place} directory is full, containers are stopped and removed, and none is made by half`,
    async () => {
      await using here = await smallBench();
      const ids = [
        await here.start("--name", "over", "true"),
        await here.start("--name", "web", "--restart", "always", "sleep", "1000"),
        await here.start("--name", "more", "--restart", "always", "sleep", "1000"),
      ];
      await waitFor(async () => expect(await here.status("over")).toMatch(/^Exited/));
      here.fill(place);
      expect(await here.call("run", "-d", "--rootfs", "/", "true")).toMatchObject({
        status: 125,
        stdout: "",
        stderr: expect.stringMatching(/^wb: [^\n]*ENOSPC[^\n]*\n(hint: .*\n)?$/),
      });
      expect(await here.call("stop", "-t", "0", "web")).toMatchObject({ status: 0, stdout: "web\n", stderr: "" });
      expect(await here.call("kill", "more")).toMatchObject({ status: 0, stdout: "more\n", stderr: "" });
      for (const name of ["web", "more"])
        await waitFor(async () => expect(await here.status(name)).toMatch(/^Exited \(137\) /));
      expect(
        (await here.call("inspect", "--format", "{{.State.Status}} {{.RestartCount}}", "web", "more")).stdout,
      ).toBe("exited 0\nexited 0\n");
      expect(await here.call("rm", "-f", ...ids)).toMatchObject({ status: 0, stderr: "" });
      here.free();
      const left = (await here.call("ps", "-a", "--format", "{{.Status}}")).stdout.split("\n").filter(Boolean);
      expect(left.filter((status) => status !== "Created")).toEqual([]);
    },
  );
