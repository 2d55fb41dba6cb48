import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, hostState, requires, type TemporaryDirectory, temporaryDirectory, unmet } from "@wb/testing";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { output, start, wb, wbScript } from "./support/wb.ts";

const onThisRoot = requires("root", "init_userns", "idmapped_root");
const needs = requires("root", "init_userns", "command:busybox");

const IDS = ["--userns-remap", "0:100000:65536"];
/** A copy of a small root: in a container, that of this machine is one on an overlay. */
const REMAP: string[] = [...IDS];
const sh = (script: string): string[] => ["sh", "-c", script];

describe("wb run --userns-remap", () => {
  let root: TemporaryDirectory | undefined;
  beforeAll(() => {
    if (unmet("command:busybox") !== undefined) return;
    root = busyboxRoot();
    REMAP.push("--rootfs", `${root.path}:O`);
  });
  afterAll(() => root?.[Symbol.dispose]());

  onThisRoot("gives the files of the root the owners that they have, and the container's root its rights", async () => {
    const before = hostState();
    const script = `stat -c %u:%g /etc/shadow | cut -d: -f1; touch /etc/x && stat -c %u /etc/x
      chown 33:42 /etc/x && stat -c %u:%g /etc/x; id; cat /proc/self/uid_map /proc/self/gid_map`;
    expect((await output([...IDS, ...sh(script)])).split("\n").map((line) => line.trim())).toEqual([
      "0",
      "0",
      "33:42",
      "uid=0(root) gid=0(root) groups=0(root)",
      "0     100000      65536",
      "0     100000      65536",
      "",
    ]);
    expect(existsSync("/etc/x")).toBe(false);
    await isAsBefore(before);
  });

  needs("makes its processes, all of them, ordinary users of the host", async () => {
    const running = start(["run", "--rm", ...REMAP, ...sh("sleep 4747 & echo ready; wait")]);
    await new Promise((resolve) => running.stdout.once("data", resolve));
    const { stdout } = await execa("pgrep", ["-f", "^sleep 4747"]);
    const status = readFileSync(`/proc/${stdout}/status`, "utf8");
    expect(/^Uid:.*$/mu.exec(status)?.[0]).toBe("Uid:\t100000\t100000\t100000\t100000");
    expect(/^Gid:.*$/mu.exec(status)?.[0]).toBe("Gid:\t100000\t100000\t100000\t100000");
    expect(/^Groups:.*$/mu.exec(status)?.[0].trim()).toMatch(/^Groups:(\t100000)?$/u);
    running.kill("SIGKILL");
    await running.outcome;
    await wb(["run", "--rm", "--rootfs=/:O", "true"]);
  });

  needs(
    "leaves what belongs to the host's root to it: a volume cannot be written, nor its private files read",
    async () => {
      using directory = temporaryDirectory();
      chmodSync(directory.path, 0o755);
      writeFileSync(join(directory.path, "public"), "public\n");
      writeFileSync(join(directory.path, "secret"), "secret\n", { mode: 0o600 });
      const script = `cat /data/public; cat /data/secret || touch /data/new || chmod 777 /data || chown 0 /data/public ||
      stat -c %U /data; mknod /tmp/null c 1 3 || echo no devices`;
      const outcome = await wb(["run", "--rm", ...REMAP, "-v", `${directory.path}:/data`, ...sh(script)]);
      expect([outcome.stdout, outcome.status]).toEqual(["public\nnobody\nno devices\n", 0]);
      expect(existsSync(join(directory.path, "new"))).toBe(false);
    },
  );

  needs("a volume may lie where the container's root itself could not look", async () => {
    using directory = temporaryDirectory();
    const shared = join(directory.path, "closed", "shared");
    mkdirSync(shared, { recursive: true });
    chmodSync(join(directory.path, "closed"), 0o700);
    chmodSync(shared, 0o777);
    const script = "echo x > /data/made; stat -c %u /data/made; echo y > /file";
    writeFileSync(join(directory.path, "file"), "", { mode: 0o666 });
    chmodSync(join(directory.path, "file"), 0o666);
    const volumes = ["-v", `${shared}:/data`, "-v", `${directory.path}/file:/file`, "-v", `${shared}:/ro:ro`];
    const { stdout, stderr } = await wb(["run", "--rm", ...REMAP, ...volumes, ...sh(`${script}; touch /ro/x`)]);
    expect(stdout).toBe("0\n");
    expect(stderr).toContain("Read-only file system");
    expect(statSync(join(shared, "made")).uid).toBe(100_000);
    expect(readFileSync(join(directory.path, "file"), "utf8")).toBe("y\n");
  });

  needs("several ranges, and users in each of them", async () => {
    const ranges = ["--userns-remap", "0:100000:1000", "--userns-remap", "1000:300000:1", ...REMAP.slice(IDS.length)];
    using directory = temporaryDirectory();
    chmodSync(directory.path, 0o777);
    await output([...ranges, "-u", "1000:0", "-v", `${directory.path}:/data`, ...sh("touch /data/made")]);
    const { uid, gid } = statSync(join(directory.path, "made"));
    expect([uid, gid]).toEqual([300_000, 100_000]);
  });

  needs("devices, terminals, pipes and shared memory are the container's own", async () => {
    const script = `stat -c "%u %a %t" /dev/null /dev/shm /dev/mqueue /dev; echo a >/dev/null
      dd if=/dev/zero of=/dev/shm/x bs=1k count=1 2>/dev/null && stat -c %s /dev/shm/x; ls -l /proc/self/ns/user >/dev/null`;
    const { stdout } = await wb(["run", "--rm", ...REMAP, ...sh(script)]);
    expect(stdout).toBe("0 666 1\n0 1777 0\n0 1777 0\n0 755 0\n1024\n");
    const piped = `echo in | "$0" run "$@" -i sh -c 'cat /dev/stdin; echo out > /dev/stdout' | cat`;
    for (const user of ["0", "65534"]) {
      const { stdout: text } = await execa("sh", ["-c", piped, wbScript(), ...REMAP, "-u", user]);
      expect([user, text]).toEqual([user, "in\nout"]);
    }
    const small = ["--userns-remap", "0:100000:3", ...REMAP.slice(IDS.length)];
    expect(await output([...small, "-t", "stat", "-c", "%u %g", "/dev/pts/0"])).toBe("0 0\r\n");
  });

  needs("has docker's limits and privileges, as without it", async () => {
    const script = `grep CapEff /proc/self/status; cat /proc/self/cgroup | cut -d: -f3 | sort -u; echo $$; ip -o link | wc -l
      cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null
      cat /proc/keys | wc -c; echo 1 > /proc/sys/kernel/panic || mount -t tmpfs t /mnt || echo confined`;
    const { stdout } = await wb(["run", "--rm", "--net", "none", ...REMAP, "-m", "64m", ...sh(script)]);
    expect(stdout).toBe("CapEff:\t00000000a80425fb\n/\n1\n1\n67108864\n0\nconfined\n");
  });

  needs("--read-only, --tmpfs and -w", async () => {
    const script = "touch /x || touch /run/x && stat -c %u /run/x . && pwd";
    const { stdout } = await wb([
      "run",
      "--rm",
      ...REMAP,
      "--read-only",
      "--tmpfs",
      "/run",
      "-w",
      "/run",
      ...sh(script),
    ]);
    expect(stdout).toBe("0\n0\n/run\n");
  });

  needs("a directory itself: what the container's root makes there is root's on the disk", async () => {
    using directory = busyboxRoot();
    const script = "touch /made; chown 5:6 /made; stat -c %u:%g / /made";
    expect(await output([...IDS, "--rootfs", directory.path, ...sh(script)])).toBe("0:0\n5:6\n");
    const { uid, gid } = statSync(join(directory.path, "made"));
    expect([uid, gid]).toEqual([5, 6]);
  });

  needs("what cannot be is refused in at most two lines, and nothing is left", async () => {
    const before = hostState();
    for (const flags of [["0:1"], ["0:100000:65536", "--privileged"], ["0:100000:65536", "--net", "host"]]) {
      const { stdout, stderr, status } = await wb(["run", "--rm", "--rootfs=/:O", "--userns-remap", ...flags, "true"]);
      expect([stdout, status]).toEqual(["", 125]);
      expect(stderr).toMatch(/^wb: .*\nhint: .*\n$/u);
    }
    const missing = await wb(["run", "--rm", ...REMAP, "/no/such/command"]);
    expect([missing.status, missing.stderr]).toEqual([127, expect.stringMatching(/^wb: "\/no\/such\/command": /u)]);
    await isAsBefore(before);
  });

  needs("a wb that is killed meanwhile leaves nothing after the next one", async () => {
    const before = hostState();
    using state = temporaryDirectory();
    const env = { WB_STATE: state.path };
    for (let round = 0; round < 12; round += 1) {
      const victim = start(["run", "--rm", ...REMAP, "sleep", "4748"], { env });
      await new Promise((resolve) => setTimeout(resolve, 60 + 12 * round));
      victim.kill("SIGKILL");
      await victim.outcome;
    }
    await wb(["run", "--rm", "--rootfs=/:O", "true"], { env });
    expect(existsSync(state.path)).toBe(false);
    expect((await execa("pgrep", ["-f", "^sleep 4748"], { reject: false })).stdout).toBe("");
    await isAsBefore(before);
  });

  needs("wb explain tells the Steps of both sides", async () => {
    const { stdout } = await wb(["explain", "run", ...REMAP, "-v", "/srv:/srv", "true"]);
    const calls = ["unshare(CLONE_NEWUSER)", "attr_set=MOUNT_ATTR_IDMAP", "setns(user namespace, CLONE_NEWUSER)"];
    const places = calls.map((call) => stdout.indexOf(call));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places.every((place) => place > 0)).toBe(true);
  });
});

needs("--userns-remap of a root on an overlay is refused, with the remedy", async () => {
  using root = busyboxRoot();
  using directory = temporaryDirectory();
  const script = `mount -t tmpfs t ${directory.path} && cd ${directory.path} && mkdir u w m &&
    mount -t overlay -o lowerdir=${root.path},upperdir=u,workdir=w o m && exec "$0" run "$@"`;
  const args = [wbScript(), ...IDS, "--rootfs", `${directory.path}/m:O`, "true"];
  const { stderr, exitCode } = await execa("unshare", ["-m", "sh", "-c", script, ...args], { reject: false });
  expect(exitCode).toBe(125);
  expect(stderr).toMatch(
    /mount_setattr\(.*MOUNT_ATTR_IDMAP.*EINVAL.*\nhint: this file system has no ID-mapped mounts/u,
  );
});
