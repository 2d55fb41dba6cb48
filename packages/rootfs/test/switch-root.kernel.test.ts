import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "@wb/ns";
import { AT_FDCWD, call, into, MS, O, step } from "@wb/syscall";
import { asNobody, busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import { bind, chroot, hostname, proc, readMountinfo, switchRoot, tmpfs } from "../src/index.ts";
import { mountsIn, outputInContainer, outputOfShell } from "./support/container.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

needs("switchRoot() makes a directory the root, with /proc and nothing else in it", async () => {
  using root = busyboxRoot();
  writeFileSync(join(root.path, "marker"), "");
  expect(await outputInContainer(root.path, "ls /")).toBe("bin\ndev\netc\nmarker\nproc\nroot\nsys\ntmp\nvar");
  expect((await mountsIn(root.path)).map(({ mountPoint, type }) => [mountPoint, type])).toEqual([
    ["/", readMountinfo().findLast(({ mountPoint }) => root.path.startsWith(mountPoint))?.type],
    ["/proc", "proc"],
  ]);
});

needs("switchRoot() begins the command at the new root, and its /proc shows its own pid namespace", async () => {
  using root = busyboxRoot();
  expect(await outputInContainer(root.path, "pwd; echo $$; ls -d /proc/[0-9]* | wc -l")).toMatch(/^\/\n1\n[23]$/u);
});

needs("switchRoot() leaves no way to the old root: no .., no /proc/1/root, no second chroot", async () => {
  using root = busyboxRoot();
  const own = "/below /bin /dev /etc /proc /root /sys /tmp /var";
  const script = "echo /*; cd /../.. && echo $PWD*; ls -d /proc/1/root/../below";
  expect(await outputInContainer(root.path, script, { setup: [escape] })).toBe(`${own}\n${own}\n/proc/1/root/../below`);
});

/** What any process does that may call chroot(2): it leaves one for the root of its mount namespace. */
const escape = step("leave a chroot", [
  call("mkdirat", AT_FDCWD, "/below", 0o755),
  call("chroot", "/below"),
  ...Array.from({ length: 20 }, () => call("chdir", "..")),
  call("chroot", "."),
]);

needs(
  "switchRoot() takes a relative path, a path with spaces, and one through a symbolic link of the host",
  async () => {
    using root = busyboxRoot();
    using directory = temporaryDirectory("wb test ");
    const link = join(directory.path, "a link");
    execFileSync("ln", ["-s", root.path, link]);
    expect(await outputInContainer(link, "ls -d /bin")).toBe("/bin");
    const setup = [step("go there", [call("chdir", directory.path)]), ...switchRoot("a link")];
    expect(await outputOfShell("pwd; ls -d /bin", { setup })).toBe("/\n/bin");
  },
);

needs("switchRoot() takes a mount point: a tmpfs, with what is mounted below it", async () => {
  using root = busyboxRoot();
  using place = temporaryDirectory();
  const copy = [
    step("a tmpfs", [call("mount", "tmpfs", place.path, "tmpfs", 0, "mode=755")]),
    step("a root in it", [
      ...["proc", "bin", "bin/deep"].map((name) => call("mkdirat", AT_FDCWD, join(place.path, name), 0o755)),
      call("mount", join(root.path, "bin"), join(place.path, "bin"), null, MS.BIND, null),
    ]),
  ];
  const output = await outputOfShell("echo /*; cut -d ' ' -f 5 /proc/self/mountinfo | sort | xargs echo", {
    setup: [...copy, ...switchRoot(place.path)],
  });
  expect(output).toBe("/bin /proc\n/ /bin /proc");
});

requires(
  "root",
  "command:busybox",
  "mount_setattr",
  "command:mkfs.ext4",
)("switchRoot() takes the root of an ext4 file system", async () => {
  using root = busyboxRoot();
  using place = temporaryDirectory();
  const [image, mounted] = [join(place.path, "image"), join(place.path, "mounted")];
  mkdirSync(mounted);
  execFileSync("mkfs.ext4", ["-q", "-d", root.path, image, "16m"]);
  execFileSync("mount", ["-o", "loop", image, mounted]);
  try {
    const [top] = await mountsIn(mounted);
    expect(top).toMatchObject({ mountPoint: "/", root: "/", type: "ext4" });
    expect(await outputInContainer(mounted, "touch /made; ls /made")).toBe("/made");
  } finally {
    execFileSync("umount", [mounted]);
  }
});

needs("switchRoot() refuses a root that is missing or no directory, and says so", async () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, "file"), "");
  await expect(outputInContainer(join(directory.path, "missing"), "true")).rejects.toMatchObject({
    syscall: "open_tree",
    code: "ENOENT",
  });
  await expect(outputInContainer(join(directory.path, "file"), "true")).rejects.toMatchObject({ code: "ENOTDIR" });
});

needs("switchRoot() with `readonly` refuses writes to the root, and allows them to what is mounted in it", async () => {
  using root = busyboxRoot();
  const script = "touch /made 2>&1; mkdir /tmp/made 2>&1; touch /writable/made; ls /writable";
  expect(await outputInContainer(root.path, script, { mounts: [proc(), tmpfs("/writable")], readonly: true })).toBe(
    "touch: /made: Read-only file system\nmkdir: can't create directory '/tmp/made': Read-only file system\nmade",
  );
  expect(existsSync(join(root.path, "made"))).toBe(false);
});

needs("switchRoot() lets a container with its own root change nothing of the host's", async () => {
  using root = busyboxRoot();
  const before = readFileSync("/proc/self/mountinfo", "utf8");
  const script = "mount -t tmpfs none /tmp && mount -o remount,bind,ro / && umount /proc";
  await outputInContainer(root.path, script);
  expect(readFileSync("/proc/self/mountinfo", "utf8")).toBe(before);
});

requires(
  "root",
  "command:busybox",
  "mount_setattr",
  "command:unshare",
)("no mount reaches the host where the host's root is shared, as systemd has it; in a chroot neither", async () => {
  using root = busyboxRoot();
  const script = `
      import { readFileSync } from "node:fs";
      import { spawn } from "@wb/ns";
      import { chroot, defaultDev, proc, switchRoot, tmpfs } from "@wb/rootfs";
      const mounts = () => readFileSync("/proc/self/mountinfo", "utf8");
      const before = mounts();
      const root = ${JSON.stringify(root.path)};
      const container = switchRoot(root, { mounts: [proc(), defaultDev(), tmpfs("/tmp/made")] });
      const inChroot = [chroot(root), ...switchRoot("/var", { mounts: [tmpfs("/tmp/made")] })];
      for (const setup of [container, inChroot]) {
        const child = await spawn(["/bin/busybox", "true"], { namespaces: ["mount", "pid"], setup }).catch(({ code }) => ({ wait: () => code }));
        console.log(JSON.stringify(await child.wait()));
      }
      console.log(mounts() === before, before.includes("shared:"));
    `;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script];
  const output = execFileSync("unshare", ["--mount", "--propagation=shared", ...node], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  // In the chroot there is no command any more, which is all that its set-up needs to come to.
  expect(output).toBe('{"code":0,"signal":null}\n"ENOENT"\ntrue true\n');
});

needs("in a chroot, switchRoot() leaves that too: the container sees neither it nor what is around it", async () => {
  using outer = busyboxRoot();
  mkdirSync(join(outer.path, "srv"));
  using image = busyboxRoot();
  cpSync(image.path, join(outer.path, "srv/inner"), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(outer.path, "secret-of-the-chroot"), "");
  const setup = [chroot(outer.path), ...switchRoot("/srv/inner")];

  expect(await outputOfShell("echo /*; cut -d ' ' -f 5 /proc/self/mountinfo", { setup })).toBe(
    "/bin /dev /etc /proc /root /sys /tmp /var\n/\n/proc",
  );
  expect(await outputOfShell("echo /*", { setup: [...setup, escape] })).toBe(
    "/below /bin /dev /etc /proc /root /sys /tmp /var",
  );
  // And so it does leave one that only chroot(2) made.
  const names = readdirSync("/")
    .filter((name) => !name.startsWith("."))
    .toSorted();
  const escaped = await outputOfShell("for name in /*; do echo ${name#/}; done | sort", {
    setup: [chroot(outer.path), escape],
  });
  expect(escaped.split("\n").toSorted()).toEqual(names);
});

needs("in a chroot, relative paths and bind sources are the chroot's", async () => {
  using outer = busyboxRoot();
  using image = busyboxRoot();
  mkdirSync(join(outer.path, "srv/data"), { recursive: true });
  writeFileSync(join(outer.path, "srv/data/of-the-chroot"), "");
  cpSync(image.path, join(outer.path, "srv/inner"), { recursive: true, verbatimSymlinks: true });
  const setup = [
    chroot(outer.path),
    step("go there", [call("chdir", "/srv")]),
    ...switchRoot("inner", { mounts: [proc(), bind("data", "/mnt")] }),
  ];
  expect(await outputOfShell("ls /mnt", { setup })).toBe("of-the-chroot");
});

needs("chroot() changes the root and nothing else", async () => {
  using root = busyboxRoot();
  expect(await outputOfShell("pwd; echo /*", { setup: [chroot(root.path)] })).toBe(
    "/\n/bin /dev /etc /proc /root /sys /tmp /var",
  );
});

needs("the container has no file descriptor of the set-up", async () => {
  using root = busyboxRoot();
  const leaky = step("leave one open", [into("leak", call("openat", AT_FDCWD, "/", O.RDONLY, 0))]);
  expect(await outputInContainer(root.path, "ls /proc/1/fd; true", { setup: [leaky] })).toBe("0\n1\n2");
});

needs("hostname() sets 64 bytes, and nothing outside", async () => {
  using root = busyboxRoot();
  const name = "x".repeat(64);
  expect(await outputInContainer(root.path, "hostname", { setup: [hostname(name)] })).toBe(name);
  expect(readFileSync("/proc/sys/kernel/hostname", "utf8").trim()).not.toBe(name);
});

requires(
  "root",
  "userns",
  "command:busybox",
  "command:setpriv",
)("an ordinary user gets a container, too", () => {
  using root = busyboxRoot();
  const script = `
    import { spawn } from "@wb/ns";
    import { bind, hostname, maskedPath, proc, readonlyPath, switchRoot, tmpfs } from "@wb/rootfs";
    const own = [{ inside: 0, outside: process.getuid(), count: 1 }];
    const mounts = [proc(), tmpfs("/tmp"), bind("/usr", "/var", { readonly: true }), maskedPath("/etc/passwd"), readonlyPath("/proc/sys")];
    const child = await spawn(["/bin/sh", "-c", "id -u; hostname; wc -c </etc/passwd; ls -d /var/bin; touch /tmp/made && ls /tmp; touch /x 2>/tmp/error || echo refused"], {
      namespaces: ["user", "mount", "pid", "net", "ipc", "uts"],
      uidMap: own,
      gidMap: own,
      setup: [...switchRoot(${JSON.stringify(root.path)}, { mounts }), hostname("rootless")],
    });
    await child.wait();
  `;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script];
  const { stdout, stderr } = asNobody(node, { cwd: import.meta.dirname });
  expect([stdout, stderr]).toEqual(["0\nrootless\n0\n/var/bin\nmade\nrefused\n", ""]);
});

needs("switchRoot() of the root itself works", async () => {
  await using child = await spawn(["/bin/sh", "-c", "test -e /proc/1/exe && exit 9"], {
    namespaces: ["mount", "pid"],
    setup: switchRoot("/"),
  });
  expect(await child.wait()).toEqual({ code: 9, signal: null });
});
