import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AT_FDCWD, call, MS, type Program, step } from "@wb/syscall";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import {
  bind,
  DEFAULT_DEVICES,
  type DeviceNode,
  defaultDev,
  devpts,
  maskedPath,
  mount,
  mqueue,
  proc,
  privatePropagation,
  readonlyPath,
  switchRoot,
  sysfs,
  tmpfs,
} from "../src/index.ts";
import { mountsIn, outputInContainer, outputOfShell } from "./support/container.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

needs("a container has exactly the mounts that were asked for, in order, with their options", async () => {
  using root = busyboxRoot();
  const mounts = [
    proc(),
    sysfs("/sys", { readonly: true }),
    defaultDev(),
    devpts(),
    tmpfs("/dev/shm", { size: "64m", options: ["nosuid", "nodev", "noexec"] }),
    mqueue(),
    tmpfs("/run", { mode: 0o755 }),
  ];
  const seen = await mountsIn(root.path, { mounts });
  expect(
    seen.slice(1).map(({ mountPoint, type, source, options }) => [mountPoint, type, source, options.join(",")]),
  ).toEqual([
    ["/proc", "proc", "proc", "rw,nosuid,nodev,noexec,relatime"],
    ["/sys", "sysfs", "sysfs", "ro,nosuid,nodev,noexec,relatime"],
    ["/dev", "tmpfs", "tmpfs", "rw,nosuid,relatime"],
    ["/dev/pts", "devpts", "devpts", "rw,nosuid,noexec,relatime"],
    ["/dev/shm", "tmpfs", "tmpfs", "rw,nosuid,nodev,noexec,relatime"],
    ["/dev/mqueue", "mqueue", "mqueue", "rw,nosuid,nodev,noexec,relatime"],
    ["/run", "tmpfs", "tmpfs", "rw,nosuid,nodev,relatime"],
  ]);
  expect(seen.flatMap(({ optionalFields }) => optionalFields)).toEqual([]);
});

needs("tmpfs() holds as much as its size says, and has its mode", async () => {
  using root = busyboxRoot();
  const mounts = [proc(), tmpfs("/tmp", { size: 1024 * 1024 }), tmpfs("/run", { size: "16k", mode: 0o750 })];
  const script =
    "stat -c %a /tmp /run; head -c 2m /dev/zero > /tmp/file; stat -c %s /tmp/file; df -k /run | tail -1 | awk '{ print $2 }'";
  expect(await outputInContainer(root.path, `${script} 2>/dev/null`, { mounts: [...mounts, defaultDev()] })).toBe(
    "1777\n750\n1048576\n16",
  );
});

needs("defaultDev() keeps its own ptmx where all devices of the host are asked for", async () => {
  using root = busyboxRoot();
  const host: readonly DeviceNode[] = [
    { path: "/dev/ptmx", type: "c", major: 5, minor: 2 },
    { path: "/dev/core", type: "c", major: 1, minor: 3 },
  ];
  const container = [proc(), defaultDev([...DEFAULT_DEVICES, ...host]), devpts()];
  const script = "readlink /dev/ptmx; readlink /dev/fd; stat -c %t:%T /dev/core";
  expect(await outputInContainer(root.path, script, { mounts: container })).toBe("pts/ptmx\n/proc/self/fd\n1:3");
});

needs("defaultDev() has the default devices with their numbers, modes and links, whatever the umask is", async () => {
  using root = busyboxRoot();
  const setup: Program = [step("a strict umask", [call("umask", 0o077)])];
  const container = [
    proc(),
    defaultDev([
      ...DEFAULT_DEVICES,
      { path: "/dev/net/deep/tun", type: "c", major: 10, minor: 200, mode: 0o640, uid: 3, gid: 4 },
      { path: "/dev/loop300", type: "b", major: 7, minor: 300 },
    ]),
    devpts(),
  ];
  const script =
    "cd /dev; stat -c '%n %F %t:%T %a %u:%g' null zero full random urandom tty net net/deep net/deep/tun loop300; for link in fd stdin stdout stderr core ptmx; do echo $link $(readlink $link); done; ls | wc -l; stat -c %a .";
  const output = await outputOfShell(script, { setup: [...setup, ...switchRoot(root.path, { mounts: container })] });
  expect(output.split("\n")).toEqual([
    "null character special file 1:3 666 0:0",
    "zero character special file 1:5 666 0:0",
    "full character special file 1:7 666 0:0",
    "random character special file 1:8 666 0:0",
    "urandom character special file 1:9 666 0:0",
    "tty character special file 5:0 666 0:0",
    "net directory 0:0 755 0:0",
    "net/deep directory 0:0 755 0:0",
    "net/deep/tun character special file a:c8 640 3:4",
    "loop300 block special file 7:12c 666 0:0",
    "fd /proc/self/fd",
    "stdin /proc/self/fd/0",
    "stdout /proc/self/fd/1",
    "stderr /proc/self/fd/2",
    "core /proc/kcore",
    "ptmx pts/ptmx",
    "15",
    "755",
  ]);
});

needs("the devices of defaultDev() work, also for an ordinary user", async () => {
  using root = busyboxRoot();
  const script =
    "echo gone >/dev/null; head -c 4 /dev/zero | od -An -tx1; head -c 8 /dev/urandom | wc -c ; echo x >/dev/full || echo full";
  const output = await outputOfShell(`${script} 2>&1`, {
    setup: switchRoot(root.path, { mounts: [proc(), defaultDev()] }),
    user: { uid: 1000, gid: 1000 },
  });
  expect(output).toBe("00 00 00 00\n8\nfull");
});

needs("devpts() is an instance of its own: its terminals begin at 0 and no host terminal is seen", async () => {
  using root = busyboxRoot();
  expect(
    await outputInContainer(root.path, "exec 3<>/dev/ptmx; ls /dev/pts; stat -c '%a %g' /dev/pts/ptmx", {
      mounts: [proc(), defaultDev(), devpts()],
    }),
  ).toBe("0\nptmx\n666 0");
});

needs("mqueue() shows the queues of the container's own ipc namespace", async () => {
  using root = busyboxRoot();
  expect(
    await outputInContainer(root.path, "touch /dev/mqueue/own; ls /dev/mqueue", {
      mounts: [proc(), defaultDev(), mqueue()],
    }),
  ).toBe("own");
});

/** A host directory with a file, and a tmpfs mounted below it: made in the container's mount namespace only. */
function hostDirectory() {
  const directory = temporaryDirectory();
  mkdirSync(join(directory.path, "below"));
  writeFileSync(join(directory.path, "file"), "of the host\n");
  const submount: Program = [
    step("a mount below", [call("mount", "tmpfs", join(directory.path, "below"), "tmpfs", 0, null)]),
    step("a file in it", [call("mknodat", AT_FDCWD, join(directory.path, "below/in-submount"), 0o100_644, 0)]),
  ];
  return { path: directory.path, submount, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

const tryToWrite =
  "for file in /mnt/new /mnt/below/new; do touch $file 2>/dev/null && echo $file; done; cat /mnt/file; ls /mnt/below";

needs.each<[title: string, options: Parameters<typeof bind>[2], output: string]>([
  ["writable", {}, "/mnt/new\n/mnt/below/new\nof the host\nin-submount\nnew"],
  ["read-only, the mounts below, too", { readonly: true }, "of the host\nin-submount"],
  ["without the mounts below", { recursive: false }, "/mnt/new\n/mnt/below/new\nof the host\nnew"],
  ["read-only without the mounts below", { readonly: true, recursive: false }, "of the host"],
])("bind() shows a directory of the host %s", async (_, options, output) => {
  using root = busyboxRoot();
  using host = hostDirectory();
  const mounts = [proc(), bind(host.path, "/mnt", options)];
  expect(await outputOfShell(tryToWrite, { setup: [...host.submount, ...switchRoot(root.path, { mounts })] })).toBe(
    output,
  );
});

needs("bind() shows a file, and a write reaches the host's", async () => {
  using root = busyboxRoot();
  using host = hostDirectory();
  const file = join(host.path, "file");
  const mounts = [
    proc(),
    bind(file, "/etc/from-host", { kind: "file" }),
    bind(file, "/deep/er/read-only", { kind: "file", readonly: true }),
  ];
  const script =
    "cat /etc/from-host; echo changed >/etc/from-host; cat /deep/er/read-only; echo x 2>/dev/null >/deep/er/read-only || echo refused";
  expect(await outputInContainer(root.path, script, { mounts })).toBe("of the host\nchanged\nrefused");
  expect(readFileSync(file, "utf8")).toBe("changed\n");
});

needs("bind() makes places that are missing: directories, and an empty file", async () => {
  using root = busyboxRoot();
  using host = hostDirectory();
  const mounts = [
    proc(),
    bind(host.path, "/a/b/c"),
    bind(join(host.path, "file"), "/a/d/e", { kind: "file" }),
    tmpfs("/var/run/x"),
  ];
  await outputInContainer(root.path, "true", { mounts });
  const inRoot = (path: string) => lstatSync(join(root.path, path));
  expect(["a", "a/b", "a/b/c", "a/d", "var/run", "var/run/x"].map((path) => inRoot(path).mode & 0o7_7777_7)).toEqual(
    Array.from({ length: 6 }, () => 0o40_755),
  );
  expect([inRoot("a/d/e").mode, inRoot("a/d/e").size]).toEqual([0o100_644, 0]);
});

needs(
  "bind() uses what is there, through symbolic links that stay inside, and paths that the command line may have",
  async () => {
    using root = busyboxRoot();
    using host = hostDirectory();
    symlinkSync("/var", join(root.path, "absolute"));
    symlinkSync("../../var/.././var", join(root.path, "relative"));
    for (const destination of ["/absolute/x", "relative//y/", "/./var/z", "/ünï ço\\dé"]) {
      expect(
        await outputInContainer(root.path, `cat '${destination}/file'`, {
          mounts: [proc(), bind(host.path, destination)],
        }),
      ).toBe("of the host");
    }
    expect(statSync(join(root.path, "var/x")).isDirectory()).toBe(true);
    expect(statSync(join(root.path, "var/y")).isDirectory()).toBe(true);
  },
);

needs.each<[title: string, mounts: (host: string) => Program, error: object]>([
  [
    "a source that is missing",
    () => [bind("/no/such/source", "/mnt")],
    { syscall: "open_tree", code: "ENOENT", step: "bind /no/such/source on /mnt" },
  ],
  ["a directory on a file", (host) => [bind(host, "/etc/passwd")], { syscall: "openat2", code: "ENOTDIR" }],
  ["a file on a directory", (host) => [bind(`${host}/file`, "/etc", { kind: "file" })], { syscall: "move_mount" }],
  ["a place below a file", (host) => [bind(host, "/etc/passwd/x")], { syscall: "openat2", code: "ENOTDIR" }],
  [
    "a file system that the kernel does not have",
    () => [mount({ destination: "/mnt", type: "nosuchfs" })],
    { syscall: "fsopen", code: "ENODEV", step: "mount nosuchfs on /mnt" },
  ],
  [
    "an option that the file system does not have",
    () => [mount({ destination: "/mnt", type: "tmpfs", options: ["nosuch=1"] })],
    { syscall: "fsconfig", code: "EINVAL" },
  ],
])("mount() refuses %s", async (_, mounts, error) => {
  using root = busyboxRoot();
  using host = hostDirectory();
  await expect(outputInContainer(root.path, "true", { mounts: mounts(host.path) })).rejects.toMatchObject(error);
});

needs("mount() sets the attributes and the propagation that are asked for", async () => {
  using root = busyboxRoot();
  const one = (name: string, options: string[]) =>
    mount({ destination: `/mnt/${name}`, type: "tmpfs", source: "none", options });
  const mounts = [
    proc(),
    one("a", ["nosuid", "noexec", "noatime", "nodiratime", "size=1m"]),
    one("b", ["ro", "strictatime", "nosymfollow"]),
    one("c", ["shared"]),
    one("d", ["unbindable"]),
    mount({ destination: "/mnt/e", source: root.path, options: ["bind", "slave", "nosuid", "nodev"] }),
  ];
  const seen = (await mountsIn(root.path, { mounts })).slice(2);
  expect(
    seen.map(({ options, optionalFields }) => [
      options.join(","),
      optionalFields.map((field) => field.replace(/:.*/u, "")),
    ]),
  ).toEqual([
    ["rw,nosuid,noexec,noatime,nodiratime", []],
    ["ro,nosymfollow", []],
    ["rw,relatime", ["shared"]],
    ["rw,relatime", ["unbindable"]],
    ["rw,nosuid,nodev,relatime", []],
  ]);
});

needs("mount() mounts over what was mounted before", async () => {
  using root = busyboxRoot();
  const mounts = [proc(), tmpfs("/mnt", { mode: 0o700 }), tmpfs("/mnt", { mode: 0o711 })];
  expect(await outputInContainer(root.path, "stat -c %a /mnt; grep -c /mnt /proc/self/mountinfo", { mounts })).toBe(
    "711\n2",
  );
});

needs("maskedPath() hides a file, a directory and a device, and passes over what is missing", async () => {
  using root = busyboxRoot();
  writeFileSync(join(root.path, "etc/secret"), "secret");
  mkdirSync(join(root.path, "secrets"));
  writeFileSync(join(root.path, "secrets/one"), "secret");
  const paths = [
    "/etc/secret",
    "/secrets",
    "/proc/meminfo",
    "/proc/no-such-file",
    "/no/such/directory/file",
    "/etc/passwd/below",
  ];
  const mounts = [proc(), ...paths.map((path) => maskedPath(path))];
  const script =
    "wc -c </etc/secret; ls -A /secrets; stat -c '%F %t:%T' /etc/secret /proc/meminfo; stat -c %a /secrets; touch /secrets/x 2>/dev/null || echo refused; ls /no 2>/dev/null || echo none";
  expect(await outputInContainer(root.path, script, { mounts })).toBe(
    "0\ncharacter special file 1:3\ncharacter special file 1:3\n555\nrefused\nnone",
  );
});

needs("root in the container cannot change the host's /dev/null through a masked file", async () => {
  using root = busyboxRoot();
  const mode = statSync("/dev/null").mode;
  const script =
    "chmod 000 /etc/passwd; chown 5 /etc/passwd; touch -d 1970-01-01 /etc/passwd; echo still >/etc/passwd && echo written";
  expect(
    await outputInContainer(root.path, `(${script}) 2>&1`, { mounts: [proc(), maskedPath("/etc/passwd")] }),
  ).toMatch(
    /^chmod: .*Read-only file system\nchown: .*Read-only file system\ntouch: .*Read-only file system\nwritten$/u,
  );
  expect([statSync("/dev/null").mode, statSync("/dev/null").uid]).toEqual([mode, 0]);
});

needs.each<[what: string, path: string]>([
  ["a regular file", "fake"],
  ["another device", "zero"],
  ["a directory", "directory"],
])("maskedPath() refuses when /dev/null of the host is %s (CVE-2025-31133)", async (_, name) => {
  using root = busyboxRoot();
  using host = temporaryDirectory();
  writeFileSync(join(host.path, "fake"), "not null");
  const source = name === "zero" ? "/dev/zero" : join(host.path, name);
  const replaced: Program =
    name === "directory"
      ? [
          step("a /dev whose null is a directory", [
            call("mount", "tmpfs", "/dev", "tmpfs", 0, null),
            call("mkdirat", AT_FDCWD, "/dev/null", 0o755),
          ]),
        ]
      : [step("something else on /dev/null", [call("mount", source, "/dev/null", null, MS.BIND, null)])];
  const setup = [
    privatePropagation(),
    ...replaced,
    ...switchRoot(root.path, { mounts: [proc(), maskedPath("/etc/passwd")] }),
  ];
  await expect(outputOfShell("true", { setup })).rejects.toMatchObject({
    step: "hide /etc/passwd",
    message:
      'openat(-1, "the null device (1:3) is not what /dev/null is here", O_RDONLY, 0): EBADF, Bad file descriptor',
  });
});

needs(
  "readonlyPath() makes a directory read-only with what is mounted below, and passes over what is missing",
  async () => {
    using root = busyboxRoot();
    mkdirSync(join(root.path, "data/below"), { recursive: true });
    const mounts = [
      proc(),
      tmpfs("/data/below"),
      readonlyPath("/data"),
      readonlyPath("/proc/sys"),
      readonlyPath("/no/such"),
      readonlyPath("/etc/passwd"),
    ];
    const script =
      "for file in /data/x /data/below/x /proc/sys/kernel/hostname /etc/passwd; do echo x 2>/dev/null >$file || echo $file; done; touch /etc/x /proc/self/comm && echo writable";
    expect(await outputInContainer(root.path, script, { mounts })).toBe(
      "/data/x\n/data/below/x\n/proc/sys/kernel/hostname\n/etc/passwd\nwritable",
    );
  },
);

needs("sysfs() shows the container's network namespace, and refuses writes when read-only", async () => {
  using root = busyboxRoot();
  const setup = switchRoot(root.path, { mounts: [proc(), sysfs("/sys", { readonly: true })] });
  expect(
    await outputOfShell("ls /sys/class/net; echo 1 2>/dev/null >/sys/kernel/profiling || echo refused", {
      setup,
      namespaces: ["mount", "pid", "net"],
    }),
  ).toBe("lo\nrefused");
});
