/** Hostile images, configurations and ids: what create does with them. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import type { Spec } from "../../src/oci/spec.ts";
import { target } from "../support/oci-attack.ts";

const needs = requires("root", "command:busybox");
const id = `wb-config-${process.pid}`;

describe("wb oci create", () => {
  needs.each(["proc", "sys"])("refuses an image whose /%s is a link (CVE-2023-27561, CVE-2023-28642)", async (name) => {
    await using attacked = target();
    renameSync(join(attacked.rootfs, name), join(attacked.rootfs, "elsewhere"));
    symlinkSync("elsewhere", join(attacked.rootfs, name));
    await expect(attacked.create(id, attacked.spec("true"))).rejects.toThrow("ELOOP");
  });

  needs.each(["dev", "dev/pts", "dev/console", "dev/null", "etc"])(
    "makes and mounts nothing outside of an image whose /%s is a link to the host (CVE-2026-41579, CVE-2025-52565, CVE-2024-45310)",
    async (name) => {
      await using attacked = target();
      using outside = temporaryDirectory();
      writeFileSync(join(outside.path, "file"), "of the host");
      rmSync(join(attacked.rootfs, name), { recursive: true, force: true });
      symlinkSync(outside.path, join(attacked.rootfs, name));
      const { mounts = [] } = attacked.spec("");
      for (const kept of [mounts, mounts.filter(({ destination }) => !destination.startsWith("/dev"))]) {
        const spec = attacked.spec("true", {
          mounts: kept,
          more: [{ destination: "/etc/made/deep", type: "tmpfs", source: "tmpfs" }],
          process: { cwd: "/etc/cwd" },
        });
        await attacked.start(id, spec).catch(() => {});
        await attacked.oci("delete", "--force", id);
      }
      expect(readdirSync(outside.path)).toEqual(["file"]);
      expect(readFileSync(join(outside.path, "file"), "utf8")).toBe("of the host");
    },
  );

  needs.each<[string, (attacked: { spec: (script: string) => Spec }) => Spec]>([
    ["..", ({ spec }) => withGroup(spec("true"), "..")],
    ["/a/../../b", ({ spec }) => withGroup(spec("true"), "/a/../../b")],
    ["/./x", ({ spec }) => withGroup(spec("true"), "/./../x")],
    ["a NUL byte", ({ spec }) => withGroup(spec("true"), "/wb\u0000x")],
    ["a newline", ({ spec }) => withGroup(spec("true"), "/wb-newline\nx/..")],
  ])("refuses a cgroupsPath of %s", async (_, change) => {
    await using attacked = target();
    const { status, stderr } = await attacked.oci("create", "--bundle", attacked.bundle(change(attacked)), id);
    expect(status).toBe(1);
    expect(stderr.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect((await attacked.oci("state", id)).stderr).toContain("container does not exist");
  });

  needs.each(["..", ".", "../x", "a/b", "-a", "", "a\nb", "\u001b[31m", "a ".repeat(2), "x".repeat(300), "é"])(
    "refuses the id %j, whatever is done to it",
    async (name) => {
      await using attacked = target();
      const bundle = attacked.bundle(attacked.spec("true"));
      for (const args of [["create", "--bundle", bundle], ["state"], ["start"], ["kill"], ["delete", "--force"]]) {
        const { status, stderr } = await attacked.oci(...args, "--", name);
        expect([args[0], status]).not.toEqual([args[0], 0]);
        expect(stderr.trimEnd()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }
      expect(readdirSync(attacked.path)).not.toContain("x");
    },
  );

  needs.each<[string, (spec: Spec) => unknown]>([
    ["root.path", (spec) => ({ ...spec, root: { path: `${spec.root?.path}\u0000x` } })],
    ["hostname", (spec) => ({ ...spec, hostname: "a\u0000b" })],
    ["mounts", (spec) => ({ ...spec, mounts: [{ destination: "/x\u0000y", type: "tmpfs", source: "tmpfs" }] })],
    [
      "mount options",
      (spec) => ({ ...spec, mounts: [{ destination: "/x", type: "tmpfs", options: ["size=1k\u0000x"] }] }),
    ],
    ["linux.maskedPaths", (spec) => ({ ...spec, linux: { ...spec.linux, maskedPaths: ["/proc/\u0000x"] } })],
    ["linux.sysctl", (spec) => ({ ...spec, linux: { ...spec.linux, sysctl: { "net.ipv4.\u0000x": "1" } } })],
    [
      "sysctl out of procfs",
      (spec) => ({ ...spec, linux: { ...spec.linux, sysctl: { "net/../kernel.hostname": "x" } } }),
    ],
    [
      "a device",
      (spec) => ({
        ...spec,
        linux: { ...spec.linux, devices: [{ path: "/dev/x\u0000", type: "c", major: 1, minor: 3 }] },
      }),
    ],
    ["a hook", (spec) => ({ ...spec, hooks: { prestart: [{ path: "/bin/true\u0000x" }] } })],
    [
      "the terminal's escape codes",
      (spec) => ({ ...spec, process: { ...spec.process, cwd: "\u009b31m\u202e\u001b[2J" } }),
    ],
  ])("refuses a configuration with NUL bytes or the like: %s", async (_, change) => {
    await using attacked = target();
    const bundle = attacked.bundle(change(attacked.spec("true")) as Spec);
    const { status, stderr } = await attacked.oci("create", "--bundle", bundle, id);
    expect(status).toBe(1);
    expect(stderr).toContain("level=error");
    expect(stderr.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect((await attacked.oci("state", id)).stderr).toContain("container does not exist");
  });

  needs("warns without control characters of what a configuration has", async () => {
    await using attacked = target();
    const spec = attacked.spec("true");
    const added = ["CAP_\u001b[31m\u009b\u202eX\nlevel=error"];
    const bundle = attacked.bundle({
      ...spec,
      process: { cwd: "/", ...spec.process, capabilities: { bounding: added } },
      annotations: { "a\nb": "\u009b" },
    });
    const { stderr } = await attacked.oci("create", "--bundle", bundle, id);
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .filter((line) => !line.startsWith('time="')),
    ).toEqual([]);
    await attacked.oci("delete", "--force", id);
  });

  needs("keeps its state where nobody but its owner can look (CVE-2024-25621)", async () => {
    await using attacked = target();
    await attacked.create(id, attacked.spec("true"));
    const modes = ["", id, `${id}/state.json`, `${id}/config.json`, `${id}/exec.fifo`].map((name) =>
      (statSync(join(attacked.path, "state", name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(["700", "700", "600", "600", "600"]);
  });

  needs("does not follow a container's directory that is a link", async () => {
    await using attacked = target();
    await attacked.create(id, attacked.spec("true"));
    symlinkSync(id, join(attacked.path, "state/other"));
    for (const command of [["state"], ["start"], ["kill"], ["delete"]])
      expect((await attacked.oci(...command, "other")).stderr).toContain("container does not exist");
  });

  needs("signals no other process that got the pid of a container", async () => {
    await using attacked = target();
    await attacked.start(id, attacked.spec("sleep 1000"));
    const file = join(attacked.path, "state", id, "state.json");
    const record = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...record, init_process_pid: process.pid }));
    let signals = 0;
    const listener = () => signals++;
    process.on("SIGUSR1", listener);
    expect((await attacked.oci("kill", id, "USR1")).stderr).toContain("container not running");
    expect((await attacked.oci("exec", id, "true")).stderr).toContain("cannot exec in a stopped container");
    process.off("SIGUSR1", listener);
    expect(signals).toBe(0);
    writeFileSync(file, JSON.stringify(record));
  });

  needs("overwrites nothing through links in a bundle that a container may write", async () => {
    await using attacked = target();
    const bundle = attacked.bundle(attacked.spec("true"));
    const victim = join(attacked.path, "victim");
    writeFileSync(victim, "of the host");
    mkdirSync(join(bundle, "run"));
    symlinkSync(victim, join(bundle, "run/pid"));
    await attacked.oci("create", "--bundle", bundle, "--pid-file", join(bundle, "run/pid"), id);
    expect(readFileSync(victim, "utf8")).toBe("of the host");
    await attacked.oci("delete", "--force", id);
  });
});

function withGroup(spec: Spec, cgroupsPath: string): Spec {
  return { ...spec, linux: { ...spec.linux, cgroupsPath } };
}
