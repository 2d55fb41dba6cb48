import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires, type TemporaryDirectory, waitFor } from "@wb/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { FIRST_SUBID, NOBODY, rootlessBench, type RootlessBench } from "./support/rootless.ts";

let root: TemporaryDirectory;
let bench: RootlessBench;

beforeEach(() => {
  root = busyboxRoot();
  give(root.path);
});
afterEach(async () => {
  const ids = (await bench.call(["ps", "-aq", "--no-trunc"])).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await bench.call(["rm", "-f", ...ids]);
  await waitFor(() => expect(left()).toEqual([]));
  bench[Symbol.dispose]();
  root[Symbol.dispose]();
});
leavesHostUnchanged();

const kernel = requires("root", "userns", "kernel>=5.11", "command:busybox");
const mapped = requires("root", "userns", "kernel>=5.11", "command:busybox", "command:newuidmap");

function give(path: string): void {
  execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, path]);
}

async function run(...args: readonly string[]) {
  return bench.call(["run", "--rm", "--rootfs", root.path, ...args]);
}

/** What is there of containers. */
function left(): string[] {
  const places = ["data/wb/containers", "data/wb/names", "run/wb/containers", "run/wb/supervised"];
  return places.flatMap((path) => {
    try {
      return readdirSync(join(bench.path, path));
    } catch {
      return [];
    }
  });
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

describe("wb of an ordinary user with ranges of ids", () => {
  beforeEach(() => {
    bench = rootlessBench({ subids: true });
  });

  mapped("runs a command as root of a user namespace with the caller's ids, and their files are theirs", async () => {
    const made = join(bench.path, "made");
    mkdirSync(made, { mode: 0o777 });
    chmodSync(made, 0o777);
    chownSync(made, NOBODY, NOBODY);
    const { stdout, stderr, status } = await run(
      "-v",
      `${made}:/made`,
      "sh",
      "-c",
      "id -u; cat /proc/self/uid_map /proc/self/gid_map; touch /made/root /made/user && chown 1000:1000 /made/user; grep Groups /proc/self/status",
    );
    expect([stderr, status]).toEqual(["", 0]);
    const map = ["0", `${NOBODY}`, "1", "1", `${FIRST_SUBID}`, "65536"];
    expect(words(stdout)).toEqual(["0", ...map, ...map, "Groups:", "0"]);
    expect(statSync(join(made, "root"))).toMatchObject({ uid: NOBODY, gid: NOBODY });
    expect(statSync(join(made, "user"))).toMatchObject({ uid: FIRST_SUBID + 999, gid: FIRST_SUBID + 999 });
    expect((await run("-u", "1000:5", "id", "-u")).stdout).toBe("1000\n");
  });

  mapped("keeps containers: listed, entered, logged, stopped, started again and removed", async () => {
    const started = await bench.call([
      "run",
      "-d",
      "--name",
      "web",
      "--rootfs",
      root.path,
      "sh",
      "-c",
      "echo hello; trap 'exit 3' TERM; while :; do sleep 0.05; done",
    ]);
    expect(started).toMatchObject({ stderr: "", status: 0 });
    expect((await bench.call(["exec", "-u", "1000", "web", "id", "-u"])).stdout).toBe("1000\n");
    expect((await bench.call(["exec", "web", "sh", "-c", "kill -0 1 && cat /proc/self/uid_map"])).stdout).toContain(
      `${FIRST_SUBID}`,
    );
    expect((await bench.call(["ps"])).stdout).toMatch(/ Up .* web\n$/);
    await waitFor(async () => expect((await bench.call(["logs", "web"])).stdout).toBe("hello\n"));
    expect(await bench.call(["stop", "web"])).toMatchObject({ status: 0, stdout: "web\n", stderr: "" });
    expect((await bench.call(["wait", "web"])).stdout).toBe("3\n");
    expect(await bench.call(["start", "web"])).toMatchObject({ status: 0, stdout: "web\n", stderr: "" });
    expect(await bench.call(["rm", "-f", "web"])).toMatchObject({ status: 0, stderr: "" });
    expect(left()).toEqual([]);
  });

  mapped("fills a volume with files of the container's users, and removes them", async () => {
    mkdirSync(join(root.path, "srv"));
    writeFileSync(join(root.path, "srv/file"), "content");
    chmodSync(join(root.path, "srv"), 0o700);
    chownSync(join(root.path, "srv"), FIRST_SUBID + 999, FIRST_SUBID + 999);
    const { stderr, status } = await bench.call([
      "run",
      "-d",
      "--name",
      "v",
      "--rootfs",
      root.path,
      "-v",
      "/srv",
      "sh",
      "-c",
      "stat -c %u /srv; cat /srv/file; touch /srv/new; mkdir /srv/d; touch /srv/d/f; chown 1000 /srv/d",
    ]);
    expect([stderr, status]).toEqual(["", 0]);
    await bench.call(["wait", "v"]);
    expect((await bench.call(["logs", "v"])).stdout).toBe("1000\ncontent");
    expect(await bench.call(["rm", "-v", "v"])).toMatchObject({ status: 0, stdout: "v\n", stderr: "" });
    expect(readdirSync(join(bench.path, "data/wb/volumes"))).toEqual([]);
  });

  mapped("unpacks an archive with the owners that it has, but for devices", async () => {
    const archive = join(bench.path, "root.tar");
    mkdirSync(join(root.path, "home"), { mode: 0o700 });
    writeFileSync(join(root.path, "home/file"), "");
    chownSync(join(root.path, "home"), 1000, 1000);
    execFileSync("mknod", [join(root.path, "home/null"), "c", "1", "3"]);
    execFileSync("tar", ["-C", root.path, "-cf", archive, "."]);
    chmodSync(archive, 0o644);
    const { stdout, stderr, status } = await bench.call([
      "run",
      "--rootfs",
      archive,
      "sh",
      "-c",
      "stat -c '%u %g' /home; touch /new; ls /home",
    ]);
    expect([stdout, stderr, status]).toEqual(["1000 1000\nfile\n", "", 0]);
    const store = join(bench.path, "data/wb/rootfs");
    const id = readdirSync(store).find((name) => /^[0-9a-f]{64}$/.test(name)) ?? "";
    expect(statSync(join(store, id, "home"))).toMatchObject({ uid: FIRST_SUBID + 999 });
  });
});

describe("wb of an ordinary user with one id", () => {
  beforeEach(() => {
    bench = rootlessBench({ subids: false });
  });

  const WARNING = /^wb: the container has only one id: .*\/etc\/subuid.*\n$/;

  kernel("says so, once, and has no other users", async () => {
    const { stdout, stderr, status } = await run("sh", "-c", "cat /proc/self/uid_map; test -c /dev/null");
    expect([words(stdout), stderr, status]).toEqual([["0", `${NOBODY}`, "1"], expect.stringMatching(WARNING), 0]);
    const other = await run("-u", "1000", "true");
    expect([other.status, other.stderr]).toEqual([
      125,
      expect.stringContaining("the user 1000 is in none of the container's ranges of ids"),
    ]);
  });

  kernel("shows the machine's root as a copy, in which what nobody may read stays so", async () => {
    // On the root's own file system, where /tmp need not be.
    const script =
      "cat /proc/sys/kernel/hostname >/dev/null && touch /usr/made /made && ls /usr/made && cat /etc/shadow";
    const { stdout, stderr, status } = await bench.call(["run", "--rootfs", "/:O", "sh", "-c", script]);
    expect([stdout, status, stderr]).toEqual(["/usr/made\n", 1, expect.stringContaining("Permission denied")]);
    expect(() => statSync("/usr/made")).toThrow("ENOENT");
  });

  kernel("gives a terminal", async () => {
    const started = await bench.call([
      "run",
      "-d",
      "-t",
      "--name",
      "tty",
      "--rootfs",
      root.path,
      "sh",
      "-c",
      "tty; cat",
    ]);
    expect([started.status, started.stderr]).toEqual([0, expect.stringMatching(WARNING)]);
    await waitFor(async () => expect((await bench.call(["logs", "tty"])).stdout).toBe("/dev/pts/0\r\n"));
  });

  kernel("joins the namespaces of another container of the user", async () => {
    await bench.call(["run", "-d", "--name", "one", "--rootfs", root.path, "sleep", "1000"]);
    expect((await run("--pid", "container:one", "cat", "/proc/1/cmdline")).stdout).toBe("sleep\u00001000\u0000");
  });

  kernel.for([
    { args: ["--userns-remap", "0:100000:10"], says: "permission denied: --userns-remap needs root" },
    { args: ["--userns", "host"], says: "permission denied: --userns host needs root" },
    { args: ["--cgroup-parent", "/some"], says: "permission denied: --cgroup-parent needs root" },
    { args: ["-m", "64m"], says: `no control group was delegated to user ${NOBODY}` },
  ])("refuses $args, and leaves nothing", async ({ args, says }) => {
    for (const detach of [[], ["-d"]]) {
      const { stderr, status } = await run(...detach, ...args, "true");
      expect([status, stderr]).toEqual([125, expect.stringContaining(says)]);
      expect(left()).toEqual([]);
    }
  });

  kernel("cannot pause what has no control group, and says what would give it one", async () => {
    await bench.call(["run", "-d", "--name", "one", "--rootfs", root.path, "sleep", "1000"]);
    expect((await bench.call(["pause", "one"])).stderr).toMatch(/no control group.*\n.*Delegate=yes/);
  });

  kernel("refuses a directory for its state that others could have made", async () => {
    const place = `/tmp/wb-${NOBODY}`;
    const env = { XDG_RUNTIME_DIR: "" };
    execFileSync("rm", ["-rf", place]);
    mkdirSync(place, { mode: 0o700 });
    try {
      const call = () => bench.call(["run", "-d", "--rm", "--rootfs", root.path, "true"], env);
      expect((await call()).stderr).toContain(`${place} belongs to user 0`);
      chownSync(place, NOBODY, NOBODY);
      chmodSync(place, 0o755);
      expect((await call()).stderr).toContain(`${place} is open to others: mode 755`);
      chmodSync(place, 0o700);
      expect((await call()).status).toBe(0);
      await waitFor(() => expect(readdirSync(join(place, "wb/supervised"))).toEqual([]));
    } finally {
      execFileSync("rm", ["-rf", place]);
    }
  });
});
