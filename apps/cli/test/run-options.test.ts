import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { RUN_FLAGS } from "../src/commands/run-flags.ts";
import { type RunOptions, runOptions } from "../src/engine/run-options.ts";
import { parseFlags } from "../src/flags.ts";
import type { UserError } from "../src/user-error.ts";

function options(...args: string[]): RunOptions {
  const { flags, words } = parseFlags("run", RUN_FLAGS, args);
  return runOptions(flags, words);
}

describe("runOptions()", () => {
  test("has defaults for all but the command", () => {
    expect(options("sh", "-c", "true")).toEqual({
      command: ["sh", "-c", "true"],
      entrypoint: undefined,
      rootfs: { directory: "/", overlay: true },
      name: undefined,
      hostname: undefined,
      domainname: undefined,
      namespaces: { cgroupns: undefined, ipc: undefined, pid: undefined, userns: undefined, uts: undefined },
      net: { mode: "networks", networks: ["bridge"] },
      isDefaultNet: true,
      ports: [],
      exposed: [],
      publishAll: false,
      ip: undefined,
      ip6: undefined,
      mac: undefined,
      aliases: [],
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
      extraHosts: [],
      memory: undefined,
      memoryReservation: undefined,
      memorySwap: undefined,
      memorySwappiness: undefined,
      oomKillDisable: undefined,
      cpus: undefined,
      cpuShares: undefined,
      cpuQuota: undefined,
      cpuPeriod: undefined,
      cpusetCpus: undefined,
      cpusetMems: undefined,
      pidsLimit: undefined,
      blockIO: undefined,
      env: [],
      workdir: undefined,
      user: "",
      volumes: [],
      namedVolumes: [],
      volumesFrom: [],
      tmpfs: [],
      devices: [],
      deviceRules: [],
      groupAdd: [],
      oomScoreAdj: undefined,
      shmSize: undefined,
      sysctls: {},
      ulimits: [],
      readonly: false,
      capAdd: [],
      capDrop: [],
      privileged: false,
      interactive: false,
      tty: false,
      init: false,
      usernsRemap: [],
      security: { seccomp: "builtin", noNewPrivileges: false, apparmor: undefined },
      annotations: {},
    });
  });

  test.for<[string, string[], Partial<RunOptions>]>([
    ["--rootfs DIR", ["--rootfs", "/srv/a"], { rootfs: { directory: "/srv/a", overlay: false } }],
    ["--rootfs DIR:O", ["--rootfs", "/srv/a:b:O"], { rootfs: { directory: "/srv/a:b", overlay: true } }],
    ["-m", ["-m", "64m"], { memory: 67_108_864 }],
    ["-m, the least", ["-m", "6m"], { memory: 6_291_456 }],
    ["-m 0, which is no limit", ["-m", "0"], { memory: undefined }],
    ["--cpus", ["--cpus", "0.5"], { cpus: 0.5 }],
    ["--cpus without a zero", ["--cpus", ".25"], { cpus: 0.25 }],
    ["--cpus 0, which is no limit", ["--cpus", "0"], { cpus: undefined }],
    ["--cpu-shares", ["--cpu-shares", "2"], { cpuShares: 2 }],
    ["-c", ["-c", "262144"], { cpuShares: 262_144 }],
    ["--cpu-shares 0, which is the default", ["--cpu-shares=0"], { cpuShares: undefined }],
    ["--pids-limit", ["--pids-limit", "100"], { pidsLimit: 100 }],
    ["--pids-limit -1", ["--pids-limit", "-1"], { pidsLimit: -1 }],
    ["--memory-swap -1", ["-m64m", "--memory-swap=-1"], { memorySwap: -1 }],
    ["--memory-swap", ["-m64m", "--memory-swap=64m"], { memorySwap: 67_108_864 }],
    ["--memory-reservation", ["--memory-reservation=32m"], { memoryReservation: 33_554_432 }],
    ["--memory-swappiness", ["--memory-swappiness", "100"], { memorySwappiness: 100 }],
    ["--memory-swappiness -1", ["--memory-swappiness", "-1"], { memorySwappiness: undefined }],
    ["--oom-kill-disable", ["--oom-kill-disable"], { oomKillDisable: true }],
    ["--cpu-quota, --cpu-period", ["--cpu-quota=5000", "--cpu-period=10000"], { cpuQuota: 5000, cpuPeriod: 10_000 }],
    ["--cpu-quota -1", ["--cpu-quota=-1"], { cpuQuota: -1 }],
    ["--cpuset-cpus, --cpuset-mems", ["--cpuset-cpus=0", "--cpuset-mems=0"], { cpusetCpus: "0", cpusetMems: "0" }],
    ["--blkio-weight", ["--blkio-weight=10"], { blockIO: { weight: 10 } }],
    ["--blkio-weight 0, which is the default", ["--blkio-weight=0"], { blockIO: undefined }],
    ["--net", ["--net=host"], { net: { mode: "host" } }],
    ["--network", ["--network", "none"], { net: { mode: "none" } }],
    ["--net container:", ["--net=container:web"], { net: { mode: "container", container: "web" } }],
    ["--net ns:", ["--net=ns:/run/netns/a"], { net: { mode: "ns", path: "/run/netns/a" } }],
    ["--net, twice", ["--net=front", "--net=back"], { net: { mode: "networks", networks: ["front", "back"] } }],
    [
      "-p",
      ["-p", "127.0.0.1:8080:80"],
      {
        ports: [
          { hostAddress: "127.0.0.1", hostPorts: { first: 8080, last: 8080 }, containerPort: 80, protocol: "tcp" },
        ],
      },
    ],
    ["--expose, -P", ["-P", "--expose=53/udp"], { publishAll: true, exposed: [{ port: 53, protocol: "udp" }] }],
    ["--mac-address", ["--mac-address", "02-42-AC-11-00-02"], { mac: "02:42:ac:11:00:02" }],
    ["-h", ["-h", "box.example"], { hostname: "box.example" }],
    ["--name", ["--name", "web_1.a-b"], { name: "web_1.a-b" }],
    ["-e", ["-e", "A=b=c", "-e", "D", "-e", "E="], { env: ["A=b=c", "D", "E="] }],
    ["-w", ["-w", "/srv//a/../b/"], { workdir: "/srv/b" }],
    ["-u", ["-u", "1000:audio"], { user: "1000:audio" }],
    ["--tmpfs", ["--tmpfs", "/run"], { tmpfs: [{ destination: "/run", options: [] }] }],
    [
      "--tmpfs with options",
      ["--tmpfs=/t:size=1m,exec"],
      { tmpfs: [{ destination: "/t", options: ["size=1m", "exec"] }] },
    ],
    ["--cap-add, --cap-drop", ["--cap-add=SYS_TIME", "--cap-drop", "ALL"], { capAdd: ["SYS_TIME"], capDrop: ["ALL"] }],
    [
      "--read-only, --privileged, -i, --rm",
      ["--read-only", "--privileged", "-i", "--rm"],
      { readonly: true, privileged: true, interactive: true },
    ],
  ])("reads %s", ([, args, wanted]) => {
    expect(options(...args, "sh")).toMatchObject(wanted);
  });

  test.for([
    { args: ["-m", "1x"], message: '"1x" for -m, --memory: a number of bytes, or one with b, k, m or g: 64m' },
    { args: ["-m", "-1"], message: '"-1" for -m, --memory' },
    { args: ["-m", ""], message: '"" for -m, --memory' },
    { args: ["-m", "5m"], message: '"5m" for -m, --memory: at least 6m' },
    { args: ["--cpus", "x"], message: '"x" for --cpus: 0.01 to' },
    { args: ["--cpus", "-1"], message: '"-1" for --cpus' },
    { args: ["--cpus", "1e0"], message: '"1e0" for --cpus' },
    { args: ["--cpus", "0.001"], message: '"0.001" for --cpus' },
    { args: ["--cpus", "100000"], message: `as there are only ${availableParallelism()} CPUs` },
    { args: ["--cpu-shares", "1"], message: '"1" for --cpu-shares: a whole number from 2 to 262144' },
    { args: ["--cpu-shares", "1.5"], message: '"1.5" for --cpu-shares' },
    { args: ["--cpu-shares", "262145"], message: '"262145" for --cpu-shares' },
    { args: ["--pids-limit", "-2"], message: '"-2" for --pids-limit' },
    { args: ["--pids-limit", "many"], message: '"many" for --pids-limit' },
    { args: ["--memory-swap", "-2"], message: '"-2" for --memory-swap: a number of bytes' },
    { args: ["--memory-swap", "64m"], message: "--memory-swap is memory and swap together: give -m, --memory as well" },
    { args: ["-m64m", "--memory-swap=32m"], message: "33554432 bytes, must not be below -m, --memory, 67108864 bytes" },
    { args: ["-m32m", "--memory-reservation=64m"], message: "must not be below --memory-reservation, 67108864 bytes" },
    { args: ["--memory-reservation=1m"], message: '"1m" for --memory-reservation: at least 6m' },
    { args: ["--memory-swappiness=101"], message: '"101" for --memory-swappiness: a whole number from 0 to 100' },
    {
      args: ["--cpus=1", "--cpu-quota=5000"],
      message: "conflicting options: --cpus and --cpu-quota cannot both be set",
    },
    { args: ["--cpus=1", "--cpu-period=5000"], message: "--cpus and --cpu-period cannot both be set" },
    { args: ["--cpu-period=999"], message: '"999" for --cpu-period: a whole number from 1000 to 1000000' },
    { args: ["--cpu-quota=999"], message: '"999" for --cpu-quota: at least 1000' },
    { args: ["--cpuset-cpus=a"], message: '"a" for --cpuset-cpus: a list such as 0-3,5' },
    { args: ["--cpuset-cpus=9999"], message: '"9999" for --cpuset-cpus: the CPUs that there are: 0' },
    { args: ["--cpuset-mems=9999"], message: '"9999" for --cpuset-mems: the memory nodes that there are: 0' },
    { args: ["--blkio-weight=9"], message: '"9" for --blkio-weight: a whole number from 10 to 1000' },
    { args: ["--blkio-weight-device=/dev/null:5"], message: "a weight from 10 to 1000" },
    { args: ["--device-read-bps=sda:5"], message: '"sda:5" for --device-read-bps: a path below /dev' },
    { args: ["--device-read-bps=/dev/null:5x"], message: "<device-path>:<number>[<unit>]" },
    { args: ["--device-write-iops=/dev/null:5m"], message: "<device-path>:<number>" },
    { args: ["--device-read-iops=/dev/null:5"], message: "/dev/null is no block device" },
    { args: ["--device-write-bps=/dev/no-such:5mb"], message: "there is no /dev/no-such" },
    { args: ["--hostname", "a_b"], message: '"a_b" for --hostname' },
    { args: ["--hostname", ""], message: '"" for --hostname' },
    { args: ["--hostname", "-a"], message: '"-a" for --hostname' },
    { args: ["--hostname", "a".repeat(65)], message: "up to 64 letters" },
    { args: ["--name", ""], message: '"" for --name' },
    { args: ["--name", "../x"], message: '"../x" for --name' },
    { args: ["--name", "a/b"], message: '"a/b" for --name' },
    { args: ["--name", ".hidden"], message: '".hidden" for --name' },
    { args: ["--name", "a\nb"], message: String.raw`"a\nb" for --name` },
    { args: ["--name", "a".repeat(256)], message: "for --name" },
    { args: ["-e", ""], message: '"" for -e, --env' },
    { args: ["-e", "=x"], message: '"=x" for -e, --env: NAME=value or NAME' },
    { args: ["-w", "srv"], message: '"srv" for --workdir: an absolute path' },
    { args: ["--tmpfs", "run"], message: '"run" for --tmpfs: an absolute path' },
    { args: ["--tmpfs", "/"], message: '"/" for --tmpfs: a path below the root' },
    { args: ["-v", "/a:/x", "-v", "/b:/y/../x"], message: "Duplicate mount point: /x" },
    { args: ["-v", "/a:/x", "--tmpfs", "/x/"], message: "Duplicate mount point: /x" },
    {
      args: ["--rootfs", ""],
      message: '"" for --rootfs: a directory, with :O a copy of it, a tar archive or a disk image',
    },
    { args: ["--rootfs", ":O"], message: '":O" for --rootfs' },
  ])("refuses $args and names the value", ({ args, message }) => {
    expect(() => options(...args, "sh")).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: expect.stringContaining(message) as string,
        hint: "see 'wb run --help'",
        exitStatus: 125,
      }) as UserError,
    );
  });

  test.each([
    { args: ["-t", "-v", "/dev:/dev"], message: "a mount on /dev hides what -t has in /dev" },
    { args: ["-t", "--tmpfs", "/dev/"], message: "a mount on /dev hides what -t has in /dev" },
    { args: ["-t", "-v", "/tmp:/dev/pts"], message: "a mount on /dev/pts hides what -t has in /dev" },
    { args: ["--init", "--tmpfs", "/dev"], message: "a mount on /dev hides what --init has in /dev" },
    { args: ["--init", "-v", "/bin/true:/dev/init"], message: "a mount on /dev/init hides what --init has in /dev" },
  ])("refuses $args, and says what to do", ({ args, message }) => {
    expect(() => options(...args, "sh")).toThrow(
      expect.objectContaining({ message, hint: "mount below /dev, not on it", exitStatus: 125 }) as UserError,
    );
  });

  test("takes mounts on and below /dev that hide nothing", () => {
    expect(options("-v", "/dev:/dev", "sh").volumes).toHaveLength(1);
    expect(options("-t", "--init", "-v", "/dev/fuse:/dev/fuse", "sh").volumes).toHaveLength(1);
  });

  test("refuses to run no command", () => {
    expect(() => options("--rm")).toThrow("no command was given");
  });
});
