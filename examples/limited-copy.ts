// A command in a copy of this machine that lasts as long as it does, with limits: limited-copy.ts [COMMAND…]
import { createCgroup } from "@wb/cgroup";
import { spawn } from "@wb/ns";
import { throwAwayOverlay } from "@wb/overlay";
import { defaultDev, devpts, hostname, maskedPath, proc, readonlyPath, switchRoot, sysfs, tmpfs } from "@wb/rootfs";
import { capabilitySteps, DOCKER_CAPABILITIES, noNewPrivs } from "@wb/security";

const [command = "sh", ...args] = process.argv.slice(2);
const { steps, merged } = throwAwayOverlay("/", "/mnt", { size: "256m" });

await using group = createCgroup(`/copy-${process.pid}`, {
  memory: { max: 64 * 1024 ** 2, swapMax: 0 },
  cpu: { max: { quotaUs: 50_000, periodUs: 100_000 } },
  pids: { max: 50 },
});
const fileSystems = [
  proc(),
  sysfs("/sys", { readonly: true }),
  defaultDev(),
  devpts(),
  tmpfs("/dev/shm"),
  tmpfs("/tmp"),
];
const mounts = [...fileSystems, readonlyPath("/proc/sys"), maskedPath("/proc/kcore"), maskedPath("/proc/keys")];
const docker = DOCKER_CAPABILITIES;
const sets = { bounding: docker, effective: docker, permitted: docker, inheritable: 0n, ambient: 0n };

await using box = await spawn([command, ...args], {
  namespaces: ["mount", "pid", "net", "ipc", "uts", "cgroup"],
  cgroup: group.entrance(),
  setup: [...steps, ...switchRoot(merged, { mounts }), hostname("copy"), noNewPrivs, ...capabilitySteps(sets)],
  cwd: "/",
});
const { code, signal } = await box.wait();
if (signal !== null) console.error(`${signal}; killed for memory: ${group.stats().memory?.oomKill ?? 0} times`);
process.exitCode = code ?? 137;
