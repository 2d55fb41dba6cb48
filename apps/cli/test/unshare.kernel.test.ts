import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { beforeAll, describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { ONE_LINE, ours, same, theirs } from "./support/peer.ts";
import { wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

const rooted = requires("root", "command:unshare");

describe("wb unshare does what unshare does:", () => {
  rooted.for([
    { args: ["-u", "sh", "-c", "hostname by-hand; hostname"] },
    { args: ["-n", "ip", "-o", "link"] },
    { args: ["-fp", "sh", "-c", "echo $$"] },
    { args: ["-fpm", "--mount-proc", "ps", "-eo", "pid,ppid,args"] },
    { args: ["-mr", "--mount-proc", "-fp", "ps", "-eo", "pid,args"] },
    { args: ["-C", "cat", "/proc/self/cgroup"] },
    { args: ["-i", "ipcs", "-q"] },
    { args: ["-m", "findmnt", "-no", "PROPAGATION", "/"] },
    { args: ["-m", "--propagation", "slave", "findmnt", "-no", "PROPAGATION", "/"] },
    { args: ["-m", "--propagation", "shared", "findmnt", "-no", "PROPAGATION", "/"] },
    { args: ["-m", "--propagation", "unchanged", "findmnt", "-no", "PROPAGATION", "/"] },
    { args: ["-w", "/tmp", "pwd"] },
    { args: ["-R", "/", "-w", "/usr", "pwd"] },
    { args: ["-S", "1", "-G", "2", "id"] },
    { args: ["-S", "1", "id"] },
    { args: ["-G", "2", "id"] },
    { args: ["-r", "cat", "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups"] },
    { args: ["-Uc", "id"] },
    { args: ["-U", "id"] },
    { args: ["--map-user=daemon", "--map-group", "7", "id"] },
    { args: ["-cr", "cat", "/proc/self/uid_map"] },
    { args: ["-U", "--setgroups", "deny", "cat", "/proc/self/setgroups"] },
    { args: ["-r", "grep", "Cap", "/proc/self/status"] },
    { args: ["-r", "--keep-caps", "grep", "Cap", "/proc/self/status"] },
    { args: ["-c", "--keep-caps", "grep", "Cap", "/proc/self/status"] },
    { args: ["--mo=/no", "true"] },
    { args: ["-f", "sh", "-c", "exit 9"] },
    { args: ["-f", "sh", "-c", "kill -TERM $$"] },
    { args: ["-u", "no-such-command"] },
    { args: ["-u", "/etc/passwd"] },
    { args: ["-u", "/etc"] },
    { args: ["-u", "/etc/passwd/x"] },
    { args: ["--bad"] },
    { args: ["-S"] },
    { args: ["--propagation", "foo", "true"] },
    { args: ["--kill-child=FOO", "true"] },
    { args: ["--setgroups=allow", "-r", "true"] },
    { args: ["--map-users=1,2", "true"] },
    { args: ["--map-user=no-such-user", "id"] },
    { args: ["-R", "/etc/passwd", "true"] },
    { args: ["-w", "/no/such", "true"] },
    { args: ["--net=/no/such", "true"] },
    { args: ["--mount-proc=/no/such", "true"] },
    { args: ["--monotonic", "1", "true"] },
  ])("$args", async ({ args }) => {
    const { stderr } = await same("unshare", args);
    if (stderr.startsWith("wb: ")) expect(stderr).toMatch(ONE_LINE);
  });

  requires("root", "timens", "command:unshare").for([
    { args: ["-T", "--monotonic", "1000000", "--boottime", "2000000", "cat", "/proc/self/timens_offsets"] },
    { args: ["-Tf", "--boottime", "-10", "cat", "/proc/self/timens_offsets"] },
    { args: ["-rT", "--monotonic", "5", "cat", "/proc/self/timens_offsets"] },
  ])("$args", async ({ args }) => void (await same("unshare", args)));

  rooted("a shell where no command is named", async () => {
    const env = { SHELL: "/bin/sh" };
    const { stdout } = await same("unshare", ["-u"], { env, input: "echo $0\n" });
    expect(stdout).toBe("-sh\n");
  });

  rooted(
    "a script without #! is the shell's, and what may not be executed hides nothing later in the PATH",
    async () => {
      using directory = temporaryDirectory();
      writeFileSync(join(directory.path, "script"), "echo $0 $1\n", { mode: 0o755 });
      writeFileSync(join(directory.path, "uname"), "", { mode: 0o644 });
      writeFileSync(join(directory.path, "unexecutable"), "", { mode: 0o644 });
      const env = { PATH: `${directory.path}:${process.env["PATH"]}` };
      for (const command of [["script", "a"], [join(directory.path, "script"), "b"], ["uname"], ["unexecutable"]])
        await same("unshare", ["-u", ...command], { env });
    },
  );
});

rooted("the nested walk: new namespaces, a root, a host name", async () => {
  const before = hostState();
  using root = busyboxRoot();
  const script = "mount -t proc proc /proc && hostname container-fun-times && hostname && echo $$ && ps -o pid,comm";
  const walk = (chroot: readonly string[]) => [
    "-fmuipn",
    "--mount-proc",
    ...chroot,
    root.path,
    "/bin/sh",
    "-c",
    script,
  ];
  const expected = await theirs("unshare", walk(["chroot"]));
  expect(await ours("unshare", walk([wbScript(), "chroot"]))).toEqual(expected);
  expect(expected.stdout).toMatch(/^container-fun-times\n1\n/u);
  await isAsBefore(before);
});

requires("root", "command:ipcmk")("a message queue made inside is not seen outside, nor the reverse", async () => {
  const { stdout } = await execa("ipcmk", ["-Q"]);
  const id = /\d+/u.exec(stdout)?.[0] ?? "";
  const outside = readFileSync("/proc/sysvipc/msg", "utf8");
  try {
    const inside = await ours("unshare", [
      "-i",
      "sh",
      "-c",
      "cat /proc/sysvipc/msg; ipcmk -Q >&2; cat /proc/sysvipc/msg",
    ]);
    expect(inside.stdout.trim().split("\n")).toHaveLength(3);
    expect(readFileSync("/proc/sysvipc/msg", "utf8")).toBe(outside);
  } finally {
    await execa("ipcrm", ["-q", id]);
  }
});

rooted("--uts=FILE and --mount=FILE pin namespaces, which nsenter enters", async () => {
  const before = hostState();
  using directory = temporaryDirectory();
  const path = (name: string) => join(directory.path, name);
  for (const name of ["uts", "mnt"]) writeFileSync(path(name), "");
  const script = [
    'mount -t tmpfs -o mode=700 tmpfs "$1" && mount --make-private "$1" && touch "$1/uts" "$1/mnt"',
    '"$2" unshare --uts="$1/uts" --mount="$1/mnt" sh -c "hostname pinned; mount -t tmpfs inside /mnt"',
    '"$2" nsenter --uts="$1/uts" --mount="$1/mnt" sh -c "hostname; findmnt -no SOURCE /mnt"',
    'nsenter --uts="$1/uts" hostname',
  ].join("; ");
  // On one CPU: a mount namespace may be pinned in an older one only, and Linux 6.18 tells their age by numbers that each CPU
  // takes from a range of its own. unshare(1) fails there in the same way.
  const argv = ["-c", "0", "unshare", "-m", "sh", "-c", script, "sh", directory.path, wbScript()];
  const { stdout } = await execa("taskset", argv);
  expect(stdout).toBe("pinned\ninside\npinned");
  await isAsBefore(before);
});

rooted("ranges are mapped as unshare maps them, with what /etc/subuid gives", async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "sub");
  writeFileSync(file, "root:200000:1000\n");
  const variants = [
    "--map-auto",
    "-r --map-auto",
    "-c --map-auto",
    "--map-user=5 --map-auto",
    "--map-users=200000,0,10 --map-user=3",
    "--map-users=200000,0,10 --map-groups=200000,5,10 --map-group=20",
    "--map-users=auto --map-groups=auto",
  ];
  const script = [
    'mount --bind "$1" /etc/subuid; mount --bind "$1" /etc/subgid; shift; tool=$1; shift',
    'for variant; do $tool $variant sh -c "cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; id"; done',
  ].join("; ");
  const run = async (tool: string) =>
    (await execa("unshare", ["-m", "sh", "-c", script, "sh", file, tool, ...variants], { reject: false, all: true }))
      .all;
  expect(await run(`${wbScript()} unshare`)).toBe(await run("unshare"));
});

const nobodyWith = (...more: string[]) => ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...more];

describe("an ordinary user", () => {
  requires("root", "userns", "command:unshare").for([
    { args: ["-Ur", "id"] },
    { args: ["-Uc", "id"] },
    { args: ["-r", "cat", "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups"] },
    { args: ["--map-user=7", "--map-group=8", "id"] },
    { args: ["-rmpf", "--mount-proc", "ps", "-eo", "pid,args"] },
    { args: ["-u", "true"] },
    { args: ["-r", "-S", "5", "true"] },
  ])("runs $args with the same result", async ({ args }) => {
    const { status, stderr } = await same("unshare", args, { cwd: "/", before: nobodyWith(), env: { HOME: "/tmp" } });
    if (status !== 0) expect(stderr).toMatch(ONE_LINE);
  });

  requires(
    "root",
    "userns",
    "command:newuidmap",
  )("maps what /etc/subuid gives by newuidmap, or says what is missing", async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "sub");
    writeFileSync(file, "nobody:300000:1000\n");
    const script = [
      'mount --bind "$1" /etc/subuid; mount --bind "$1" /etc/subgid; cd /; shift',
      `for args in "--map-auto" "-r --map-auto" "-c --map-auto" "-r --map-users=300000,1,10 --map-groups=300000,1,10"`,
      `do ${nobodyWith().join(" ")} "$@" $args sh -c "id -u; cat /proc/self/uid_map /proc/self/gid_map"; done`,
    ]
      .join("; ")
      .replace("; do", " ; do");
    const run = async (...tool: string[]) =>
      (await execa("unshare", ["-m", "sh", "-c", script, "sh", file, ...tool], { all: true })).all;
    expect(await run(wbScript(), "unshare")).toBe(await run("unshare"));

    const without = { cwd: "/", before: nobodyWith() };
    const refused = await ours("unshare", ["--map-auto", "id"], without);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("gives user nobody no ids") as string });
    const noHelper = await ours("unshare", ["-r", "--map-users=1:1:1", "id"], {
      ...without,
      env: { PATH: "/bin-without" },
    });
    expect(noHelper.status).not.toBe(0);
  });
});

rooted(
  "what wb adds: ranges of root's own without newuidmap, --map-users more than once, INNER:OUTER:COUNT",
  async () => {
    const args = ["--map-users=0:0:1", "--map-users", "5:100000:10", "--map-groups=all", "cat", "/proc/self/uid_map"];
    const { stdout } = await ours("unshare", args);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/\s+/u).join(" ")),
    ).toEqual(["0 0 1", "5 100000 10"]);
  },
);

rooted("no namespace of the caller's changes", async () => {
  const before = readlinkSync("/proc/self/ns/uts");
  await ours("unshare", ["-u", "hostname", "elsewhere"]);
  expect(readlinkSync("/proc/self/ns/uts")).toBe(before);
});
