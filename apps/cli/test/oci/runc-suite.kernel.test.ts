import { chmodSync, mkdirSync, readdirSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { detect } from "@wb/cgroup";
import { requires } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import type { SpecMount } from "../../src/oci/spec.ts";
import { type Bench, logged, shell, useOciBench } from "../support/oci.ts";
import { wbScript } from "../support/wb.ts";

const needs = ["root", "command:busybox"] as const;
const id = `wb-suite-${process.pid}`;
let bench: Bench;

useOciBench(id, (made) => {
  bench = made;
});

/** The output of a container with these mounts besides the usual ones. */
async function runWith(...args: Parameters<typeof bundleWith>): Promise<unknown> {
  return (await bench.call(["run", "-b", bundleWith(...args), id])).stdout;
}

function bundleWith(mounts: readonly SpecMount[], text: string, userNamespace = false): string {
  const { linux, mounts: usual = [] } = bench.spec;
  const maps = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  const user = {
    ...linux,
    namespaces: [...(linux?.namespaces ?? []), { type: "user" as const }],
    uidMappings: maps,
    gidMappings: maps,
  };
  const spec = { ...shell(text), mounts: [...usual, ...mounts], ...(userNamespace ? { linux: user } : {}) };
  return bench.bundle(spec);
}

/** What runc's own integration tests look for. */
describe("wb oci has with runc in common that it", () => {
  requires(...needs)("says with --debug what has been done", async () => {
    const log = join(bench.path, "debug");
    await bench.call(["--debug", "--log", log, "create", "-b", bench.bundle(), id]);
    await bench.call(["start", id]);
    const { stdout } = await bench.call(["--debug", "exec", id, "true"]);
    expect(stdout).toBe("");
    const { stderr } = await bench.call(["--debug", "exec", id, "true"]);
    for (const text of ["nsexec container setup", "child process in init()", "setns_init: about to exec"])
      expect(stderr).toContain(text);
    expect(stderr).toMatch(/nsexec\[\d+\]: affinity: 0x[\da-f]+"/);
    expect(stderr).toContain("level=debug");
  });

  requires(...needs)("warns of an ambient capability that is not inheritable", async () => {
    const { process } = bench.spec;
    const capabilities = { ...process?.capabilities, inheritable: ["CAP_KILL"], ambient: ["CAP_KILL", "CAP_CHOWN"] };
    const args = ["grep", "CapAmb", "/proc/self/status"];
    const bundle = bench.bundle({ process: { cwd: "/", ...process, args, capabilities } });
    const { stdout, stderr } = await bench.call(["run", "-b", bundle, id]);
    expect(stdout).toBe("CapAmb:\t0000000000000020\n");
    expect(stderr).toContain("can't raise ambient capability CAP_CHOWN: ");
  });

  requires(...needs)("refuses a frozen control group, and leaves it", async () => {
    const { hierarchies } = detect();
    const freezer =
      hierarchies.find(({ controllers }) => controllers.includes("freezer")) ??
      hierarchies.find(({ version }) => version === 2);
    const group = join(freezer?.mountpoint ?? "", id);
    mkdirSync(group);
    const [file, text] = freezer?.version === 2 ? ["cgroup.freeze", "1"] : ["freezer.state", "FROZEN"];
    writeFileSync(join(group, file), text);
    try {
      for (const command of ["create", "run"]) {
        const outcome = await bench.call([command, "-b", bench.bundle(), id]);
        expect([outcome.status, logged(outcome)]).toEqual([
          1,
          expect.stringContaining("container's cgroup unexpectedly frozen"),
        ]);
      }
      expect(readdirSync(group)).toContain(file);
    } finally {
      rmdirSync(group);
    }
  });

  requires(...needs)("ends a created container by SIGTERM", async () => {
    await bench.call(["create", "-b", bench.bundle(), id]);
    await bench.call(["kill", id, "TERM"]);
    const status = async (): Promise<unknown> => JSON.parse((await bench.call(["state", id])).stdout);
    await expect.poll(status).toMatchObject({ status: "stopped" });
  });

  requires(
    ...needs,
    "command:script",
    "command:setsid",
  )("gives exec -t a terminal of the container's own", async () => {
    const bundle = bench.bundle({ process: { cwd: "/", ...bench.spec.process, args: ["sleep", "1000"] } });
    await bench.call(["run", "-d", "-b", bundle, id]);
    const argv = ["exec", "-t", id, "sh", "-c", "sleep 1; readlink /proc/self/fd/0; stat -c %u:%g $(tty)"];
    const wb = [wbScript(), "oci", "--root", join(bench.path, "state"), ...argv];
    const nowhere = await execa("setsid", ["--wait", ...wb], { stdin: "ignore", reject: false });
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([255, expect.stringContaining("open /dev/tty: no such device")]);
    const words = wb.map((word) => `'${word}'`).join(" ");
    const { stdout } = await execa("script", ["-qec", words, "/dev/null"], { stdin: "ignore" });
    expect(stdout.replaceAll("\r", "")).toMatch(/\/dev\/pts\/\d+\n0:5$/u);
  });

  for (const userNamespace of [false, true])
    requires(...needs)(
      `binds what an earlier mount shows in the root${userNamespace ? ", also with a user namespace" : ""}`,
      async () => {
        const source = join(bench.path, "source");
        mkdirSync(join(source, "below"), { recursive: true });
        writeFileSync(join(source, "below/file"), "found\n");
        const bind = (from: string, destination: string) => ({ source: from, destination, options: ["rbind"] });
        const mounts = [
          bind(source, "/mnt"),
          bind(`${bench.rootfs}/mnt/below`, `${bench.rootfs}/mnt/below`),
          bind(`${bench.rootfs}/mnt/below/file`, "/tmp/file"),
          bind(`${bench.rootfs}/mnt`, "/media"),
        ];
        expect(await runWith(mounts, "cat /tmp/file /media/below/file", userNamespace)).toBe("found\nfound\n");
      },
    );

  requires(...needs)("makes a missing target where a symbolic link leads to, in the root", async () => {
    const source = join(bench.path, "hosts");
    writeFileSync(source, "hosts\n");
    symlinkSync("/tmp/jump/to", join(bench.rootfs, "jump"));
    symlinkSync("/jump/the/hosts", join(bench.rootfs, "tmp/hosts"));
    const mounts = [{ source, destination: "/tmp/hosts", options: ["bind"] }];
    expect(await runWith(mounts, "cat /tmp/jump/to/the/hosts")).toBe("hosts\n");
    for (const name of ["jump", "tmp/hosts", "tmp/jump"]) rmSync(join(bench.rootfs, name), { recursive: true });
  });

  requires(...needs)("gives a tmpfs the mode of the directory that it hides, as an option", async () => {
    mkdirSync(join(bench.rootfs, "tmp/mode"));
    chmodSync(join(bench.rootfs, "tmp/mode"), 0o710);
    const mounts = [{ type: "tmpfs", source: "tmpfs", destination: "/tmp/mode" }];
    expect(await runWith(mounts, "grep /tmp/mode /proc/self/mounts")).toMatch(/[ ,]mode=710[ ,]/);
    rmdirSync(join(bench.rootfs, "tmp/mode"));
  });

  requires(...needs)("gives a bind mount the flags of its options alone, where it has any", async () => {
    const flags = async (...options: readonly string[]): Promise<unknown> => {
      const mounts = [{ source: "/proc/sys", destination: "/mnt", options: ["bind", ...options] }];
      return runWith(mounts, "grep ' /mnt ' /proc/self/mounts | cut -d ' ' -f 4 | cut -d , -f 1-4");
    };
    expect(await flags()).toMatch(/nosuid|relatime/);
    expect(await flags("ro", "noexec")).toMatch(/^ro,noexec,relatime\n$/);
  });

  requires(...needs, "command:unshare")("takes no attribute away that a user namespace could not", async () => {
    const source = join(bench.path, "locked");
    mkdirSync(source, { recursive: true });
    const bound = async (userNamespace: boolean, ...options: readonly string[]): Promise<string> => {
      const mounts = [{ source, destination: "/mnt", options: ["bind", ...options] }];
      const bundle = bundleWith(mounts, "grep ' /mnt ' /proc/self/mounts | cut -d ' ' -f 4", userNamespace);
      const command = `mount -t tmpfs none ${source} && mount -o remount,bind,ro,nosuid,noatime ${source} &&
        exec ${wbScript()} oci run -b ${bundle} ${id}`;
      return (await execa("unshare", ["--mount", "sh", "-c", command], { all: true, reject: false })).all;
    };
    expect(await bound(false, "rw", "suid", "relatime")).toMatch(/^rw,relatime/);
    expect(await bound(false, "atime", "dev")).toMatch(/^rw,noatime/);
    expect(await bound(true, "nodev", "atime")).toMatch(/^ro,nosuid,nodev,noatime/);
    for (const word of ["rw", "suid", "relatime", "strictatime", "nodiratime"])
      expect(await bound(true, word)).toMatch(/error mounting: .*the source of \/mnt .*operation not permitted/);
  });

  requires(...needs)("calls itself by the name of the link that it is called by", async () => {
    const link = join(bench.path, "runc");
    symlinkSync(join(dirname(wbScript()), "bin/wb-oci"), link);
    const said = async (...args: readonly string[]): Promise<string> =>
      (await execa(link, args, { all: true, reject: false })).all;
    expect(await said("--version")).toMatch(/^runc version \d+\.\d+\.\d+\ncommit: .*\nspec: \d+\.\d+\.\d+$/);
    expect(await said("--help")).toMatch(/^NAME:\n   runc - Open Container Initiative runtime/);
    expect(await said("list", "--help")).toMatch(/^NAME:\n   runc list - /);
    expect(await said("create", "-b", "/nowhere", id)).toContain("runc create failed: ");
  });

  requires(...needs)("ends with 3 for a command that there is not", async () => {
    const outcome = await bench.call(["checkpoint", id]);
    expect([outcome.status, logged(outcome)]).toEqual([3, expect.stringContaining("No help topic for 'checkpoint'")]);
  });

  requires(...needs)("names the file and the root that cannot be", async () => {
    const bundle = bench.bundle({ root: { path: "missing" } });
    const refused = async (...args: readonly string[]): Promise<string> =>
      logged(await bench.call(["create", "-b", bundle, ...args, id]));
    expect(await refused()).toContain(`root.path: ${bundle}/missing: no such directory`);
    writeFileSync(join(bundle, "other.json"), "{}");
    expect(await refused("-f", "other.json")).toContain("wb create failed: other.json: ociVersion: missing");
  });

  requires(...needs)("mounts procfs on no symbolic link", async () => {
    rmdirSync(join(bench.rootfs, "proc"));
    symlinkSync("/tmp", join(bench.rootfs, "proc"));
    const outcome = await bench.call(["run", "-b", bench.bundle(), id]);
    rmSync(join(bench.rootfs, "proc"));
    mkdirSync(join(bench.rootfs, "proc"));
    expect([outcome.status, logged(outcome)]).toEqual([
      1,
      expect.stringContaining("must be mounted on ordinary directory"),
    ]);
  });

  requires(...needs)("has a read-only root also in the mount namespace of its caller", async () => {
    const { linux } = bench.spec;
    const namespaces = (linux?.namespaces ?? []).filter(({ type }) => type !== "mount");
    const bundle = bench.bundle({
      ...shell("echo > /new; ls / | grep new; echo ran"),
      root: { path: bench.rootfs, readonly: true },
      linux: { ...linux, namespaces, maskedPaths: [], readonlyPaths: [] },
    });
    const { stdout, stderr } = await bench.call(["run", "-b", bundle, id]);
    expect([stdout, stderr]).toEqual(["ran\n", expect.stringContaining("Read-only file system")]);
  });
});
