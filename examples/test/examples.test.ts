import { execFileSync, spawn, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires } from "@wb/testing";
import { expect, test } from "vitest";

leavesHostUnchanged();

function example(name: string, ...args: string[]): SpawnSyncReturns<string> {
  const node = ["--conditions=wb-source", `${name}.ts`, ...args];
  return spawnSync(process.execPath, node, { cwd: join(import.meta.dirname, ".."), encoding: "utf8" });
}

test.each([
  ["container", 15],
  ["limited-copy", 40],
  ["network", 35],
])("%s.ts has at most %d lines", (name, lines) => {
  expect(
    readFileSync(join(import.meta.dirname, `../${name}.ts`), "utf8")
      .trimEnd()
      .split("\n").length,
  ).toBeLessThanOrEqual(lines);
});

const needsRoot = requires("root", "command:busybox", "mount_setattr");

needsRoot("container.ts runs a command in a root of its own", () => {
  using root = busyboxRoot();
  writeFileSync(join(root.path, "marker"), "");
  const script =
    "hostname; echo $$; ls /marker; ls /sys/class/net 2>/dev/null; awk 'NR > 2 { print $1 }' /proc/net/dev; exit 7";
  const { stdout, stderr, status } = example("container", root.path, "/bin/sh", "-c", script);
  expect([stdout, stderr, status]).toEqual(["box\n1\n/marker\nlo:\n", "", 7]);
});

needsRoot("container.ts says which call failed", () => {
  const { stderr, status } = example("container", "/no/such/root", "sh");
  expect(stderr).toContain('SyscallError: open_tree(AT_FDCWD, "/no/such/root"');
  expect(status).toBe(1);
});

requires(
  "root",
  "command:busybox",
  "command:ip",
  "mount_setattr",
)("network.ts connects a container to the machine, and each reaches the other", async () => {
  using root = busyboxRoot();
  // A machine of its own: its addresses are nobody's here.
  const machine = spawn("unshare", ["--net", "sh", "-c", "ip link set lo up; echo up; exec sleep 1000"]);
  await once(machine.stdout, "data");
  const enter = ["-t", String(machine.pid), "-n"];
  try {
    const script =
      "ip -o -4 addr show eth0; ip route; ping -c 1 -W 5 10.244.244.1 >/dev/null && echo reached; read end";
    const words = [process.execPath, "--conditions=wb-source", "network.ts", root.path, "/bin/sh", "-c", script];
    const box = spawn("nsenter", [...enter, ...words], { cwd: join(import.meta.dirname, "..") });
    let text = "";
    const reached = new Promise<void>((resolve) => {
      box.stdout.on("data", (data: Buffer) => {
        text += data.toString();
        if (text.includes("reached")) resolve();
      });
    });
    await Promise.race([reached, once(box, "exit")]);
    expect(text).toMatch(/inet 10\.244\.244\.2\/24 [^]*default via 10\.244\.244\.1 dev eth0[^]*reached\n/u);
    const ping = execFileSync("nsenter", [...enter, "busybox", "ping", "-c", "1", "-W", "5", "10.244.244.2"], {
      encoding: "utf8",
    });
    expect(ping).toContain("1 packets received, 0% packet loss");
    box.stdin.end();
    await once(box, "exit");
    const links = JSON.parse(execFileSync("nsenter", [...enter, "ip", "-j", "link"], { encoding: "utf8" }));
    expect(links.map(({ ifname }: { ifname: string }) => ifname)).not.toContain("wb-hand0");
  } finally {
    machine.kill("SIGKILL");
    await once(machine, "exit");
  }
});

const needsAll = requires(
  "root",
  "overlay",
  "mount_setattr",
  "cgroup_controller:memory",
  "cgroup_controller:pids",
  "cgroup_controller:cpu",
);

needsAll("limited-copy.ts runs a command in a copy of this machine, and nothing of it is left", () => {
  const script = `
    hostname
    touch /made-in-the-copy && ls /made-in-the-copy
    cut -d: -f3 /proc/self/cgroup | sort -u
    grep -E 'CapEff|NoNewPrivs' /proc/self/status
    ls /proc | grep -c '^[0-9]'
    echo x 2>/dev/null >/proc/sys/kernel/hostname || echo refused
  `;
  const { stdout, stderr, status } = example("limited-copy", "sh", "-c", script);
  const lines = stdout.split("\n");
  expect(lines).toEqual([
    "copy",
    "/made-in-the-copy",
    "/",
    "CapEff:\t00000000a80425fb",
    "NoNewPrivs:\t1",
    expect.stringMatching(/^[1-5]$/u),
    "refused",
    "",
  ]);
  expect([stderr, status]).toEqual(["", 0]);
  expect(existsSync("/made-in-the-copy")).toBe(false);
});

needsAll("limited-copy.ts holds the command to its memory limit, and reports the kill", () => {
  const { stderr, status } = example("limited-copy", "tail", "/dev/zero");
  expect(stderr).toMatch(/^SIGKILL; killed for memory: [1-9]\d* times$/mu);
  expect(status).toBe(137);
});

needsAll("limited-copy.ts lets 50 processes exist, and no more", () => {
  const { stdout, stderr } = example(
    "limited-copy",
    "sh",
    "-c",
    "for i in $(seq 60); do sleep 5 & done; echo not reached",
  );
  expect([stdout, stderr]).toEqual(["", expect.stringMatching(/fork/u)]);
});
