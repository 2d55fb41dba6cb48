/** `mounts` and `linux.devices` of a configuration, as a process finds them that was made by the Steps alone. */
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { detect } from "@wb/cgroup";
import { type Namespace, spawn } from "@wb/ns";
import { openRoot, parseMountinfo, pivotRoot, privatePropagation } from "@wb/rootfs";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import type { SpecDevice } from "../src/oci/spec-linux.ts";
import type { SpecMount } from "../src/oci/spec.ts";
import { type MountContext, mountSteps } from "../src/runtime/mounts.ts";
import { openMountOwners } from "../src/runtime/mounts/owners.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

interface Configuration extends Partial<MountContext> {
  readonly root: string;
  readonly mounts: readonly SpecMount[];
  readonly devices?: readonly SpecDevice[];
}

const PROC: SpecMount = { destination: "/proc", type: "proc" };
const DEV: SpecMount = { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] };

async function output(script: string, { root, mounts, devices = [], ...context }: Configuration): Promise<string> {
  using owners = openMountOwners(mounts);
  const steps = mountSteps(mounts, { layout: detect(), devices, terminal: false, inUserNamespace: false, ...context });
  const namespaces: readonly Namespace[] = [
    "mount",
    "pid",
    "ipc",
    ...(context.namespaces === undefined ? (["cgroup"] as const) : []),
  ];
  await using child = await spawn(["/bin/sh", "-c", script], {
    namespaces,
    setup: [privatePropagation(), openRoot(root), ...steps, pivotRoot()],
    inputs: owners.inputs,
    inherit: Object.values(owners.inputs),
    env: { PATH: "/bin:/usr/bin" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!), child.wait()]);
  return `${stdout}${stderr}`.trim();
}

needs("devices are made in /dev, on what is mounted below it, and anywhere else", async () => {
  using root = busyboxRoot();
  const zero = { type: "c", major: 1, minor: 5, fileMode: 0o20_600 } as const;
  const devices: SpecDevice[] = [
    { ...zero, path: "/dev/own", uid: 7, gid: 8 },
    { ...zero, path: "/dev/mapper/zero" },
    { ...zero, path: "/tmp/zero" },
    { path: "/tmp/fifo", type: "p" },
    { path: "/dev/null", type: "c", major: 1, minor: 3, fileMode: 0o600 },
  ];
  const mounts = [PROC, DEV, { destination: "/dev/mapper", type: "tmpfs" }, { destination: "/tmp", type: "tmpfs" }];
  const script = "stat -c '%n %t:%T %a %u:%g' /dev/own /dev/mapper/zero /tmp/zero /tmp/fifo /dev/null /dev/full";
  expect(await output(script, { root: root.path, mounts, devices })).toBe(
    [
      "/dev/own 1:5 600 7:8",
      "/dev/mapper/zero 1:5 600 0:0",
      "/tmp/zero 1:5 600 0:0",
      "/tmp/fifo 0:0 666 0:0",
      "/dev/null 1:3 600 0:0",
      "/dev/full 1:7 666 0:0",
    ].join("\n"),
  );
});

needs("without a mount on /dev its nodes and links are made in the image's own", async () => {
  using root = busyboxRoot();
  const script = "cd /dev; stat -c '%n %t:%T %a' null tty; readlink ptmx; readlink fd";
  expect(await output(script, { root: root.path, mounts: [PROC] })).toBe(
    "null 1:3 666\ntty 5:0 666\npts/ptmx\n/proc/self/fd",
  );
  expect(statSync(join(root.path, "dev/null")).isCharacterDevice()).toBe(true);
});

needs("where /dev is bound from the host nothing is made in it", async () => {
  using root = busyboxRoot();
  using dev = temporaryDirectory();
  const mounts = [PROC, { destination: "/dev", source: dev.path, options: ["rbind"] }];
  const devices: SpecDevice[] = [{ path: "/dev/more", type: "c", major: 1, minor: 5 }];
  expect(await output("ls -A /dev", { root: root.path, mounts, devices })).toBe("");
});

needs("/dev is read-only at the end, with what was made in it for later mounts", async () => {
  using root = busyboxRoot();
  const dev = { ...DEV, options: [...(DEV.options ?? []), "ro"] };
  const mounts = [PROC, dev, { destination: "/dev/shm", type: "tmpfs" }];
  const script = "touch /dev/x 2>/dev/null || echo refused; touch /dev/shm/x && ls /dev/shm; ls -d /dev/null";
  expect(await output(script, { root: root.path, mounts })).toBe("refused\nx\n/dev/null");
});

needs("where no nodes may be made the host's are bound", async () => {
  using root = busyboxRoot();
  const script =
    "head -c 2 /dev/zero | wc -c; grep -cE ' /dev/(null|zero|full|u?random|tty) ' /proc/self/mountinfo; readlink /dev/ptmx";
  expect(await output(script, { root: root.path, mounts: [PROC, DEV], bindDevices: true })).toBe("2\n6\npts/ptmx");
});

needs("a mount with mappings of its own shows other owners, and one with ridmap below it, too", async () => {
  using root = busyboxRoot();
  using data = temporaryDirectory();
  chmodSync(data.path, 0o755);
  writeFileSync(join(data.path, "file"), "");
  chownSync(join(data.path, "file"), 1000, 1001);
  const mapping = [{ containerID: 1000, hostID: 2000, size: 10 }];
  const owners = { uidMappings: mapping, gidMappings: mapping };
  const mounts: SpecMount[] = [
    PROC,
    { destination: "/plain", source: data.path, options: ["bind"] },
    { destination: "/mapped", source: data.path, options: ["bind"], ...owners },
    { destination: "/deep", source: data.path, options: ["rbind", "ridmap"], ...owners },
  ];
  expect(await output("stat -c %u:%g /plain/file /mapped/file /deep/file", { root: root.path, mounts })).toBe(
    "1000:1001\n2000:2001\n2000:2001",
  );
});

needs("an ID-mapped mount of what has no such mounts is refused with the remedy", async () => {
  using root = busyboxRoot();
  const mapping = [{ containerID: 0, hostID: 2000, size: 10 }];
  const mounts = [
    { destination: "/p", source: "/proc", options: ["bind"], uidMappings: mapping, gidMappings: mapping },
  ];
  await expect(output("true", { root: root.path, mounts })).rejects.toMatchObject({
    syscall: "mount_setattr",
    code: "EINVAL",
    hint: expect.stringContaining("no ID-mapped mounts"),
  });
});

needs("destinations may be relative or lead through links, and sources are of the bundle, files or links", async () => {
  using root = busyboxRoot();
  using bundle = temporaryDirectory();
  mkdirSync(join(bundle.path, "data"));
  writeFileSync(join(bundle.path, "data/file"), "text");
  symlinkSync("data/file", join(bundle.path, "link"));
  symlinkSync("/run/real", join(root.path, "name"));
  mkdirSync(join(root.path, "run/real"), { recursive: true });
  const mounts: SpecMount[] = [
    PROC,
    { destination: "relative/../other", source: "data", options: ["bind"] },
    { destination: "/name/deep", source: "data", options: ["bind"] },
    { destination: "/etc/made", type: "bind", source: "link" },
    { destination: "/copied", source: "link", options: ["bind", "copy-symlink"] },
  ];
  const script = "cat /other/file /run/real/deep/file /etc/made; readlink /copied";
  expect(await output(script, { root: root.path, mounts, bundle: bundle.path })).toBe("texttexttextdata/file");
});

needs("without a cgroup namespace each hierarchy of v1 shows the group that it is given, read-only", async () => {
  using root = busyboxRoot();
  const layout = detect();
  if (layout.kind === "unified") return;
  const cgroupDirectories = layout.hierarchies.map(({ mountpoint }) => `${mountpoint}/`);
  const mounts = [PROC, { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["ro"] }];
  const mountinfo = await output("cat /proc/self/mountinfo", {
    root: root.path,
    mounts,
    namespaces: ["pid", "mount"],
    cgroupDirectories,
  });
  const seen = parseMountinfo(mountinfo).filter(({ type }) => type.startsWith("cgroup"));
  expect(seen).toHaveLength(layout.hierarchies.length);
  expect(new Set(seen.map(({ options }) => options.join(",")))).toEqual(new Set(["ro,nosuid,nodev,noexec,relatime"]));
});

const plan = (...mounts: SpecMount[]) =>
  mountSteps(mounts, {
    layout: { kind: "none", hierarchies: [], unmounted: [], disabled: [] },
    devices: [],
    terminal: false,
    inUserNamespace: false,
    bundle: "/",
  });

test.each<[SpecMount, string]>([
  [
    { destination: "/a", source: "no/such", options: ["bind"] },
    "mounts[0].source: /no/such: no such file or directory (ENOENT)",
  ],
  [{ destination: "/a", options: ["rbind"] }, "mounts[0].source: missing: the bind mount on /a needs one"],
  [
    { destination: "/a", type: "tmpfs", uidMappings: [], gidMappings: [] },
    "mounts[0].uidMappings: only a bind mount can have mappings, which /a is not",
  ],
  [
    { destination: "/a", source: "/", options: ["bind"], uidMappings: [] },
    "mounts[0]: uidMappings and gidMappings belong together: one of them is missing",
  ],
  [
    { destination: "/a", source: "/", options: ["bind", "idmap"] },
    "mounts[0].options: idmap needs uidMappings and gidMappings, of the mount or of the container's user namespace",
  ],
])("mountSteps() refuses %j", (wanted, message) => {
  expect(() => plan(wanted)).toThrow(message);
});
