import { explain, type Step } from "@wb/syscall";
import { expect, test } from "vitest";
import {
  bind,
  cgroupfs,
  chroot,
  DEFAULT_DEVICES,
  defaultDev,
  devpts,
  hostname,
  maskedPath,
  mount,
  mqueue,
  openRoot,
  pivotRoot,
  privatePropagation,
  proc,
  readonlyPath,
  readonlyRoot,
  switchRoot,
  sysfs,
  tmpfs,
} from "../src/index.ts";

test.each<[label: string, shell: string, step: Step]>([
  ["keep mounts to this namespace", "mount --make-rprivate /", privatePropagation()],
  ["bind /srv/r on itself as the new root", "mount --rbind /srv/r /srv/r; ROOT=/srv/r", openRoot("/srv/r")],
  [
    "change the root and let go of the old one",
    "cd $ROOT; pivot_root . .; mount --make-rslave .; umount -l .; cd /",
    pivotRoot(),
  ],
  ["change the root to /srv/r", "chroot /srv/r", chroot("/srv/r")],
  ["make the root read-only", "mount -o remount,bind,ro $ROOT", readonlyRoot()],
  ["mount proc on /proc", "mount -t proc -o nosuid,noexec,nodev proc $ROOT/proc", proc()],
  [
    "mount sysfs on /sys, read-only",
    "mount -t sysfs -o nosuid,noexec,nodev,ro sysfs $ROOT/sys",
    sysfs("/sys", { readonly: true }),
  ],
  [
    "mount devpts on /dev/pts",
    "mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 devpts $ROOT/dev/pts",
    devpts(),
  ],
  ["mount mqueue on /dev/mqueue", "mount -t mqueue -o nosuid,noexec,nodev mqueue $ROOT/dev/mqueue", mqueue()],
  [
    "mount tmpfs on /tmp",
    "mount -t tmpfs -o nosuid,nodev,mode=1777,size=64m tmpfs $ROOT/tmp",
    tmpfs("/tmp", { size: "64m" }),
  ],
  ["bind /a on /b", "mount -o rbind,rprivate /a $ROOT/b", bind("/a", "/b")],
  ["bind /a on /b, read-only", "mount -o rbind,rprivate,rro /a $ROOT/b", bind("/a", "/b", { readonly: true })],
  [
    "bind /a on /b, read-only",
    "mount -o bind,rprivate,ro /a $ROOT/b",
    bind("/a", "/b", { readonly: true, recursive: false }),
  ],
  [
    "mount ext4 on /mnt, read-only",
    "mount -t ext4 -o ro,noatime /dev/sdb1 $ROOT/mnt",
    mount({ destination: "/mnt", type: "ext4", source: "/dev/sdb1", options: ["ro", "noatime"] }),
  ],
  [
    "hide /proc/kcore",
    "mount --bind -o ro /dev/null $ROOT/proc/kcore || mount -t tmpfs -o ro,nosuid,nodev,noexec tmpfs $ROOT/proc/kcore",
    maskedPath("/proc/kcore"),
  ],
  [
    "make /proc/sys read-only",
    "mount --rbind $ROOT/proc/sys $ROOT/proc/sys && mount -o remount,bind,ro $ROOT/proc/sys",
    readonlyPath("/proc/sys"),
  ],
  ["set the host name", "hostname box", hostname("box")],
])("%s: %s", (label, shell, step) => {
  expect([step.label, step.shell]).toEqual([label, shell]);
});

test("cgroupfs() says what mount(8) would mount", () => {
  const hierarchies = [{ name: "systemd", type: "cgroup", options: ["none", "name=systemd"] }] as const;
  expect(cgroupfs("/sys/fs/cgroup", hierarchies)).toMatchObject({
    label: "mount 1 cgroup hierarchies on /sys/fs/cgroup, read-only",
    shell: [
      "mount -t tmpfs -o nosuid,nodev,noexec,mode=755 tmpfs $ROOT/sys/fs/cgroup",
      "mkdir $ROOT/sys/fs/cgroup/systemd; mount -t cgroup -o nosuid,nodev,noexec,ro,none,name=systemd cgroup $ROOT/sys/fs/cgroup/systemd",
      "mount -o remount,bind,ro $ROOT/sys/fs/cgroup",
    ].join("\n"),
  });
});

test("defaultDev() says what mknod(1) would make", () => {
  expect(
    defaultDev([
      ...DEFAULT_DEVICES.slice(0, 1),
      { path: "/dev/net/tun", type: "c", major: 10, minor: 200, mode: 0o600 },
    ]),
  ).toMatchObject({
    label: "make /dev",
    shell: [
      "mount -t tmpfs -o mode=755,size=65536k,nosuid tmpfs $ROOT/dev",
      "mknod -m 666 $ROOT/dev/null c 1 3",
      "mknod -m 600 $ROOT/dev/net/tun c 10 200",
    ].join("\n"),
  });
});

test("switchRoot() mounts before it changes the root, and makes it read-only in between", () => {
  const labels = (steps: readonly Step[]): string[] => steps.map(({ label }) => label);
  expect(labels(switchRoot("/r"))).toEqual([
    "keep mounts to this namespace",
    "bind /r on itself as the new root",
    "mount proc on /proc",
    "change the root and let go of the old one",
  ]);
  expect(labels(switchRoot("/r", { mounts: [tmpfs("/a"), tmpfs("/b")], readonly: true })).slice(2)).toEqual([
    "mount tmpfs on /a",
    "mount tmpfs on /b",
    "make the root read-only",
    "change the root and let go of the old one",
  ]);
});

test("no call of a mount names its place by a path: it is a file descriptor that was resolved in the root", () => {
  const text = explain([
    bind("/a", "/b"),
    proc(),
    sysfs(),
    tmpfs("/tmp"),
    devpts(),
    mqueue(),
    defaultDev(),
    maskedPath("/p"),
    readonlyPath("/p"),
  ]);
  const moved = text.split("\n").filter((line) => line.startsWith("move_mount("));
  expect(moved).toHaveLength(10);
  expect(new Set(moved)).toEqual(
    new Set(['move_mount(mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)']),
  );
  expect(text).not.toMatch(/^(mount|chdir|chroot)\(/mu);
});

test("a new mount has all its attributes before it has a place", () => {
  const names = (step: Step): string[] =>
    step.body.flatMap((instruction) => ("call" in instruction ? [instruction.call] : []));
  for (const step of [bind("/a", "/b", { readonly: true }), tmpfs("/a", { options: ["ro"] }), readonlyPath("/a")]) {
    const calls = names(step);
    const attributes = calls.findIndex((name) => name === "mount_setattr" || name === "fsmount");
    expect(attributes).toBeGreaterThan(-1);
    expect(attributes).toBeLessThan(calls.indexOf("move_mount"));
  }
});

test.each(["/a/../b", "..", "../a", "/a/.."])('a destination with "..", %j, is refused', (path) => {
  const refusal = new TypeError(`${JSON.stringify(path)} has a component "..": give the path that it means`);
  for (const step of [
    () => bind("/a", path),
    () => tmpfs(path),
    () => proc(path),
    () => maskedPath(path),
    () => readonlyPath(path),
  ]) {
    expect(step).toThrow(refusal);
  }
});

test.each(["/dev", "/dev/", "/dev/../etc/passwd", "/etc/null", "null", "/dev//null", "/dev/./null"])(
  "defaultDev() refuses the device %j",
  (path) => {
    expect(() => defaultDev([{ path, type: "c", major: 1, minor: 3 }])).toThrow(
      new TypeError(`${JSON.stringify(path)} is no device below /dev`),
    );
  },
);

test("mount() refuses a bind mount without a source, and leaves options of a file system out of one, as mount(2) does", () => {
  expect(() => mount({ destination: "/a", options: ["bind"] })).toThrow(
    new TypeError("the bind mount on /a has no source"),
  );
  const options = ["rbind", "mode=755", "size=1"];
  expect(explain([mount({ destination: "/a", source: "/b", options })])).not.toContain("FSCONFIG_SET_STRING");
});

test("hostname() counts bytes, of which the kernel takes 64", () => {
  expect(() => hostname("x".repeat(64))).not.toThrow();
  expect(() => hostname("x".repeat(65))).toThrow(RangeError);
  expect(() => hostname("ü".repeat(33))).toThrow("has 66 bytes: the kernel takes at most 64");
});
