import { join } from "node:path";
import { asNobody, leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { type IdMap, spawn, type SpawnOptions } from "../src/index.ts";
import { runAsNobody } from "./support/helper.ts";
import { outputOf, outputOfShell } from "./support/output-of.ts";

leavesHostUnchanged();

const ranges: readonly IdMap[] = [
  { inside: 0, outside: 100_000, count: 1000 },
  { inside: 1000, outside: 200_000, count: 1 },
  { inside: 65_534, outside: 300_000, count: 1 },
];

const inUserNamespace: SpawnOptions = { namespaces: ["user"], uidMap: ranges, gidMap: ranges };

requires("root", "init_userns")("spawn() makes the command root in a user namespace with several ranges", async () => {
  const [id, capabilities, ...maps] = (
    await outputOfShell("id; grep CapEff /proc/self/status; cat /proc/self/uid_map /proc/self/gid_map", inUserNamespace)
  ).split("\n");
  expect(id).toBe("uid=0(root) gid=0(root) groups=0(root)");
  expect(capabilities).toBe(`CapEff:\t${lastCapabilities()}`);
  const written = ranges.map(({ inside, outside, count }) => `${inside} ${outside} ${count}`);
  expect(maps.map((line) => line.trim().split(/\s+/u).join(" "))).toEqual([...written, ...written]);
});

requires("root", "init_userns")("the ids of a user namespace are others on the host", async () => {
  await using child = await spawn(["sleep", "60"], { ...inUserNamespace, user: { uid: 1000, gid: 65_534 } });
  const script = `awk '/^[UG]id:|^Groups:/ { print $1, $2, $5 }' /proc/${child.pid}/status`;
  expect(await outputOfShell(script)).toBe("Uid: 200000 200000\nGid: 300000 300000\nGroups:");
});

requires("root", "init_userns")("spawn() takes the command's groups inside the maps", async () => {
  expect(await outputOf(["id", "-G"], { ...inUserNamespace, user: { uid: 1, gid: 2, groups: [3, 1000] } })).toBe(
    "2 3 1000",
  );
  await expect(spawn(["id"], { ...inUserNamespace, user: { uid: 5000, gid: 0 } })).rejects.toMatchObject({
    syscall: "setresuid",
    code: "EINVAL",
  });
});

requires("root", "init_userns")("spawn() leaves nothing running when a map is refused", async () => {
  // 300 lines of 17 bytes are more than the page that one write(2) to a map may have.
  const uidMap = Array.from({ length: 300 }, (_, index) => ({
    inside: index,
    outside: 4_000_000_000 + index,
    count: 1,
  }));
  await expect(spawn(["/bin/true"], { namespaces: ["user"], uidMap, gidMap: ranges })).rejects.toThrow("was refused");
});

requires("root", "init_userns")("spawn() leaves the command its ids where the maps have no root", async () => {
  const own = [{ inside: 1000, outside: 0, count: 1 }];
  expect(await outputOf(["id"], { namespaces: ["user"], uidMap: own, gidMap: own })).toMatch(/^uid=1000\S* gid=1000/u);
});

requires("root", "init_userns")("spawn() refuses overlapping ranges and leaves nothing running", async () => {
  const uidMap = [...ranges, { inside: 5, outside: 1, count: 1 }];
  await expect(spawn(["/bin/true"], { ...inUserNamespace, uidMap })).rejects.toThrow(
    'the id ranges "0 100000 1000" and "5 1 1" overlap inside at 5',
  );
});

requires("root", "init_userns")("spawn() without maps makes the command nobody, without capabilities", async () => {
  expect(await outputOfShell("id -u; id -g; grep CapEff /proc/self/status", { namespaces: ["user"] })).toBe(
    "65534\n65534\nCapEff:\t0000000000000000",
  );
});

requires("root", "init_userns")("spawn() maps users without groups", async () => {
  expect(await outputOfShell("id -u; id -g", { namespaces: ["user"], uidMap: ranges })).toBe("0\n65534");
});

requires("root", "init_userns")("spawn() denies setgroups(2) where that is asked for", async () => {
  const script = "cat /proc/self/setgroups";
  expect(await outputOfShell(script, inUserNamespace)).toBe("allow");
  expect(await outputOfShell(script, { ...inUserNamespace, setgroups: "deny" })).toBe("deny");
});

requires("root")("spawn() refuses maps without a user namespace, and offsets without a time namespace", async () => {
  const message = "`uidMap` and `gidMap` need `user`";
  await expect(spawn(["/bin/true"], { uidMap: ranges })).rejects.toThrow(message);
  await expect(spawn(["/bin/true"], { gidMap: ranges })).rejects.toThrow(message);
  await expect(spawn(["/bin/true"], { setgroups: "deny" })).rejects.toThrow("`setgroups` needs `user`");
  await expect(spawn(["/bin/true"], { timeOffsets: {} })).rejects.toThrow("`timeOffsets` needs `time`");
  await expect(spawn(["/bin/true"], { namespaces: ["time"], timeOffsets: { monotonic: Number.NaN } })).rejects.toThrow(
    "the offset NaN of the monotonic clock is no number of seconds",
  );
});

requires(
  "root",
  "userns",
  "command:setpriv",
)("spawn() gives an ordinary user a namespace in which it is root", () => {
  const script = `
    import { spawn } from "@wb/ns";
    const own = (outside) => [{ inside: 0, outside, count: 1 }];
    const child = await spawn(["sh", "-c", "id -u; hostname rootless && hostname; cat /proc/self/setgroups; readlink /proc/self/exe"], {
      namespaces: ["user", "uts", "mount", "pid"], uidMap: own(process.getuid()), gidMap: own(process.getgid()),
    });
    console.log(JSON.stringify(await child.wait()));
  `;
  const options = ["--conditions=wb-source", "--input-type=module", "--eval", script];
  const { stdout, stderr } = asNobody([process.execPath, ...options], { cwd: join(import.meta.dirname, "..") });
  expect(stderr).toBe("");
  expect(stdout.split("\n").slice(0, 3)).toEqual(["0", "rootless", "deny"]);
  expect(stdout).toContain('{"code":0,"signal":null}');
});

requires(
  "root",
  "userns",
  "timens",
  "command:setpriv",
)("an ordinary user sets the clocks of a time namespace of its own", () => {
  const { stdout, stderr } = runAsNobody(`
    import { spawn } from "@wb/ns";
    const own = [{ inside: 0, outside: process.getuid(), count: 1 }];
    const box = await spawn(["sh", "-c", "cat /proc/self/timens_offsets; cut -d . -f 1 /proc/uptime"], {
      namespaces: ["user", "time", "pid", "mount"], uidMap: own, timeOffsets: { monotonic: 60, boottime: 10_000_000 },
    });
    await box.wait();
  `);
  expect(stderr).toBe("");
  const [monotonic, boottime, seconds] = stdout.trim().split("\n");
  expect([monotonic, boottime].map((line) => line?.split(/ +/u))).toEqual([
    ["monotonic", "60", "0"],
    ["boottime", "10000000", "0"],
  ]);
  expect(Number(seconds)).toBeGreaterThan(10_000_000);
});

/** All that the kernel knows, as /proc/PID/status prints them: what root has in a user namespace. */
function lastCapabilities(): string {
  return "000001ffffffffff";
}
