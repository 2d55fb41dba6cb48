import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  busyboxRoot,
  leavesHostUnchanged,
  requires,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from "@wb/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { type Outcome, wb } from "./support/wb.ts";

let place: TemporaryDirectory;
let root: ReturnType<typeof busyboxRoot>;

beforeEach(() => {
  place = temporaryDirectory("wb-flags-");
  root = busyboxRoot();
});
afterEach(async () => {
  const ids = (await call("ps", "-aq", "--no-trunc")).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await call("rm", "-f", ...ids);
  await waitFor(() => expect(containers()).toEqual([]));
  root[Symbol.dispose]();
  place[Symbol.dispose]();
});
leavesHostUnchanged();

function call(...args: readonly string[]): Promise<Outcome> {
  return wb(args, { env: { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") } });
}

/** What a script prints in a container that ends with it. */
async function inside(flags: readonly string[], script: string): Promise<string[]> {
  const { stdout, stderr, status } = await call("run", "--rm", "--rootfs", root.path, ...flags, "sh", "-c", script);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.trimEnd().split("\n");
}

async function detached(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await call("run", "-d", "--rootfs", root.path, ...args);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.trim();
}

/** The error of a command that is refused, which leaves nothing. */
async function refusal(...args: readonly string[]): Promise<string> {
  const { stderr, status } = await call(...args);
  expect(status).toBe(125);
  return stderr.split("\n", 1)[0] ?? "";
}

function containers(): string[] {
  const path = join(place.path, "data/containers");
  return existsSync(path) ? readdirSync(path) : [];
}

const kernel = requires("root", "command:busybox");
const NAMESPACES = "for kind in ipc pid uts cgroup; do readlink /proc/self/ns/$kind; done";

describe("wb run", () => {
  kernel("limits its processes, and tells the kernel of them", async () => {
    const flags = ["--ulimit", "nofile=100:200", "--ulimit", "core=0", "--oom-score-adj", "500", "--group-add", "1234"];
    const script =
      "ulimit -Sn; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj; id -G; cat /proc/sys/kernel/domainname";
    expect(await inside([...flags, "--domainname", "example"], script)).toEqual([
      "100",
      "200",
      "0",
      "500",
      "0 1234",
      "example",
    ]);
  });

  kernel("sets the sysctls of its own namespaces, and no other", async () => {
    const flags = ["--sysctl", "kernel.shmmax=12345", "--sysctl", "net.ipv4.ip_default_ttl=33"];
    expect(await inside(flags, "cat /proc/sys/kernel/shmmax /proc/sys/net/ipv4/ip_default_ttl")).toEqual([
      "12345",
      "33",
    ]);
    expect(await refusal("run", "--rm", "--rootfs=/:O", "--sysctl", "kernel.panic=1", "true")).toContain(
      "sysctl 'kernel.panic=1' is not allowed",
    );
    const host = ["--net", "host", "--sysctl", "net.ipv4.ip_default_ttl=33"];
    expect(await refusal("run", "--rm", "--rootfs", root.path, ...host, "true")).toContain("net.ipv4.ip_default_ttl");
  });

  kernel("mounts what --mount, --shm-size and --ipc none say", async () => {
    writeFileSync(join(place.path, "file"), "of the host\n");
    const flags = [
      "--mount=type=tmpfs,dst=/mnt,tmpfs-size=1m,tmpfs-mode=700",
      `--mount=type=bind,src=${place.path},dst=/srv,ro`,
      "--shm-size=2m",
    ];
    const script =
      "df -k /mnt /dev/shm | sed 1d | tr -s ' ' | cut -d ' ' -f 2,6; stat -c %a /mnt; cat /srv/file; touch /srv/x || echo no";
    const { stdout } = await call("run", "--rm", "--rootfs", root.path, ...flags, "sh", "-c", script);
    expect(stdout).toBe("1024 /mnt\n2048 /dev/shm\n700\nof the host\nno\n");
    expect(await inside(["--ipc", "none"], "grep -c ' /dev/shm ' /proc/mounts || true")).toEqual(["0"]);
    expect(await refusal("run", "--rm", "--rootfs=/:O", "--mount", "type=bind,src=/no/such,dst=/x", "true")).toBe(
      'wb: invalid mount config for type "bind": bind source path does not exist: /no/such',
    );
  });

  kernel("gives devices with what may be done with them", async () => {
    const script = "stat -c '%t:%T' /dev/nothing; (: > /dev/nothing) 2>&1 && echo written; true";
    const given = (access: string): Promise<string[]> =>
      inside(["--device", `/dev/kmsg:/dev/nothing:${access}`], script);
    expect(await given("w")).toEqual(["1:b", "written"]);
    expect(await given("r")).toEqual(["1:b", expect.stringContaining("Operation not permitted")]);
    const rule = ["--device-cgroup-rule", "c 1:11 rwm"];
    const makesNode = "mknod /tmp/kmsg c 1 11 2>&1 && (: > /tmp/kmsg) 2>&1 && echo done";
    expect(await inside([...rule, "--tmpfs", "/tmp:dev"], makesNode)).toEqual(["done"]);
    expect(await refusal("run", "--rm", "--rootfs", root.path, "--device", "/dev/no-such", "true")).toBe(
      'wb: error gathering device information while adding custom device "/dev/no-such": no such file or directory',
    );
  });

  kernel("is in the namespaces of the host or of another container", async () => {
    const sleeping = "touch /dev/shm/shared; exec sleep 1000";
    const id = await detached("--name", "donor", "--ipc", "shareable", "sh", "-c", sleeping);
    const names = (await call("exec", "donor", "sh", "-c", NAMESPACES)).stdout.trimEnd().split("\n");
    const all = ["ipc", "pid", "uts", "cgroupns"].flatMap((flag) => [`--${flag}`, "container:donor"]);
    expect(await inside(all, `${NAMESPACES}; hostname; ls /dev/shm`)).toEqual([...names, id.slice(0, 12), "shared"]);
    const joined = await inside(["--pid", "container:donor"], `${NAMESPACES}; hostname`);
    expect(joined.map((name, index) => name === names[index])).toEqual([false, true, false, false, false]);
    const host = ["ipc", "pid", "uts", "cgroupns"].flatMap((flag) => [`--${flag}`, "host"]);
    const own = ["ipc", "pid", "uts", "cgroup"].map((kind) => namespaceOf(kind));
    expect(await inside(host, NAMESPACES)).toEqual(own);
  });

  kernel("refuses the namespaces of what does not run, or does not share them", async () => {
    const run = ["run", "--rm", "--rootfs", root.path];
    expect(await refusal(...run, "--pid", "container:no-such", "true")).toBe("wb: No such container: no-such");
    const id = await detached("--name", "private", "sleep", "1000");
    expect(await refusal(...run, "--ipc", "container:private", "true")).toBe(
      `wb: failed to join IPC namespace: container ${id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
    );
    await call("stop", "-t", "0", "private");
    const stopped = await refusal("run", "-d", "--rootfs", root.path, "--pid", "container:private", "true");
    expect(stopped).toBe(`wb: failed to join PID namespace: container ${id} is not running`);
    expect(containers()).toEqual([id]);
  });

  kernel("keeps as much of a log as --log-opt says, and none with --log-driver none", async () => {
    const script = "i=0; while [ $i -lt 400 ]; do echo line $i; i=$((i+1)); done";
    const id = await detached(
      "--log-opt",
      "max-size=2k",
      "--log-opt",
      "max-file=2",
      "--name",
      "small",
      "sh",
      "-c",
      script,
    );
    const silent = await detached("--log-driver", "none", "--name", "silent", "sh", "-c", script);
    await call("wait", "small", "silent");
    await waitFor(async () => expect((await call("ps", "-q")).stdout).toBe(""));
    const logs = (one: string): string[] =>
      readdirSync(join(place.path, "data/containers", one)).filter((name) => name.startsWith("log"));
    expect(logs(id)).toHaveLength(2);
    expect(logs(silent)).toEqual([]);
    expect((await call("logs", "small")).stdout).toMatch(/line 399\n$/);
    expect((await call("logs", "silent")).stderr).toMatch(/^wb: configured logging driver does not support reading\n/);
  });

  kernel("reads variables and labels from files, and writes its id to one", async () => {
    writeFileSync(join(place.path, "env"), "# of the test\nONE=1\nTWO=2\n");
    const cidfile = join(place.path, "cid");
    const script = "echo $ONE $TWO; exec sleep 1000";
    const files = ["--env-file", join(place.path, "env"), "--label-file", join(place.path, "env")];
    const id = await detached("--name", "filed", "--cidfile", cidfile, ...files, "-e", "TWO=3", "sh", "-c", script);
    expect(readFileSync(cidfile, "utf8")).toBe(id);
    expect((await call("ps", "-q", "--filter", "label=TWO=2")).stdout).toBe(`${id.slice(0, 12)}\n`);
    const execed = await call("exec", "--env-file", join(place.path, "env"), "filed", "sh", "-c", "echo $TWO");
    expect(execed.stdout).toBe("2\n");
    await waitFor(async () => expect((await call("logs", "filed")).stdout).toBe("1 3\n"));
    expect(await refusal("run", "--rm", "--rootfs", root.path, "--cidfile", cidfile, "true")).toBe(
      `wb: container ID file found, make sure the other container isn't running or delete ${cidfile}`,
    );
  });

  kernel.each([
    { flags: ["-d", "-a", "stdout"], message: "conflicting options: cannot specify both --attach and --detach" },
    {
      flags: ["-d", "--rm", "--restart", "always"],
      message: "conflicting options: cannot specify both --restart and --rm",
    },
    {
      flags: ["--rm", "--no-healthcheck", "--health-cmd", "x"],
      message: "--no-healthcheck conflicts with --health-* options",
    },
    { flags: ["--rm", "--uts", "host", "-h", "x"], message: "conflicting options: hostname and the UTS mode" },
    { flags: ["-d", "--log-driver", "syslog"], message: "logger: no log driver named 'syslog' is registered" },
  ])("refuses $flags", async ({ flags, message }) => {
    expect(await refusal("run", "--rootfs", root.path, ...flags, "true")).toBe(`wb: ${message}`);
    expect(containers()).toEqual([]);
  });
});

function namespaceOf(kind: string): string {
  return readlinkSync(`/proc/self/ns/${kind}`);
}

describe("wb create", () => {
  kernel("makes a container that `wb start` starts", async () => {
    const made = await call("create", "--name", "later", "--rootfs", root.path, "sh", "-c", "echo started");
    expect(made).toMatchObject({ status: 0, stderr: "", stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) as string });
    expect((await call("ps", "-a", "--filter", "status=created", "-q", "--no-trunc")).stdout).toBe(made.stdout);
    expect(await call("start", "later")).toMatchObject({ status: 0, stdout: "later\n" });
    await call("wait", "later");
    expect((await call("logs", "later")).stdout).toBe("started\n");
    expect((await refusal("create", "--rootfs", "/no/such", "true")).length).toBeGreaterThan(0);
    expect(containers()).toHaveLength(1);
  });
});
