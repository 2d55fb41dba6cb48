import { release } from "node:os";
import { asNobody, hostState, requires } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import type { HostInfo } from "../src/engine/host/host-info.ts";
import { isAsBefore } from "./support/as-before.ts";
import { wb, wbProgram, wbScript } from "./support/wb.ts";

const rooted = requires("root", "init_userns");

const works = ({ abilities }: HostInfo): Record<string, boolean> =>
  Object.fromEntries(abilities.map((ability) => [ability.name, ability.works]));

describe("wb info", () => {
  rooted("tells what the kernel tells, and leaves nothing of what it tried", async () => {
    const before = hostState();
    const { stdout, stderr, status } = await wb(["info", "--json"]);
    expect([stderr, status]).toEqual(["", 0]);
    const info = JSON.parse(stdout) as HostInfo;
    const of = async (command: string): Promise<string> => (await execa("sh", ["-c", command])).stdout;
    expect(info.kernel).toEqual({ release: release(), machine: await of("uname -m") });
    expect(String(info.cpus)).toBe(await of("nproc"));
    expect(String(info.memory / 1024)).toBe(await of("awk '/^MemTotal:/ { print $2 }' /proc/meminfo"));
    const mounted = await of("grep -c ' - cgroup2\\? ' /proc/self/mountinfo");
    expect(String(info.cgroup.hierarchies.length)).toBe(mounted);
    await isAsBefore(before);
  });

  rooted("says of each ability what a real attempt shows", async () => {
    const info = JSON.parse((await wb(["info", "--json"])).stdout) as HostInfo;
    const known = works(info);
    const run = async (...args: string[]): Promise<boolean> =>
      (await wb(["run", "--rm", "--rootfs=/:O", ...args, "true"])).status === 0;
    expect(known["a copy of this machine (--rootfs /:O)"]).toBe(await run());
    expect(known["ID-mapped mounts of / (--userns-remap)"]).toBe(await run("--userns-remap", "0:100000:65536"));
    expect(known["limits of memory"]).toBe(await run("-m", "64m"));
    expect(known["limits of pids"]).toBe(await run("--pids-limit", "50"));
    expect(known["time namespaces"]).toBe((await execa("unshare", ["-T", "true"], { reject: false })).exitCode === 0);
    expect(info.abilities.filter((one) => !one.works && one.problem === undefined)).toEqual([]);
  });

  requires(
    "root",
    "init_userns",
    "idmapped_root",
  )("in a container on an overlay: one overlay more fits, and no ID-mapped mounts", async () => {
    const inside = ["--privileged", wbScript(), "info", "--json"];
    const { stdout } = await wb(["run", "--rm", "--rootfs=/:O", "-v", "/sys/fs/cgroup:/sys/fs/cgroup", ...inside]);
    const info = JSON.parse(stdout) as HostInfo;
    expect(info.overlay.depth).toBe(1);
    expect(works(info)["ID-mapped mounts of / (--userns-remap)"]).toBe(false);
    expect(info.abilities.find(({ name }) => name.startsWith("ID-mapped"))?.hint).toMatch(/as an overlay has none/u);
  });

  rooted("tells an ordinary user what it can do, with the remedy for what it cannot", () => {
    const { stdout, status } = asNobody([...wbProgram(), "info"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Capabilities: none$/mu);
    expect(stdout).toMatch(/^ {2}no {3}containers \(wb run\)\n {7}this user is not root\n {7}hint: sudo wb run/mu);
  });

  rooted("takes no argument", async () => {
    expect(await wb(["info", "me"])).toEqual({
      stdout: "",
      stderr: expect.stringMatching(/^wb: "wb info" accepts no arguments\.\nhint: see 'wb info --help'\n/) as string,
      status: 1,
    });
  });
});
