import { createCgroup } from "@wb/cgroup";
import { spawn, type SpawnOptions } from "@wb/ns";
import {
  bind,
  closeTarget,
  DEFAULT_DEVICES,
  defaultDev,
  devpts,
  openTarget,
  proc,
  readonlyPath,
  switchRoot,
} from "@wb/rootfs";
import { capabilitySteps, noNewPrivs } from "@wb/security";
import { type Program, step } from "@wb/syscall";
import type { Container } from "../../../apps/cli/src/engine/container.ts";
import { planContainer } from "../../../apps/cli/src/runtime/container-plan.ts";
import { loopbackUp } from "../../../apps/cli/src/runtime/loopback.ts";
import { cgroupLimits } from "../../../apps/cli/src/runtime/resources.ts";
import type { Contender, Job } from "./contender.ts";
import { dockerLike } from "./docker-like.ts";
import type { Places } from "./peers.ts";

const NAMESPACES = ["mount", "pid", "net", "ipc", "uts", "cgroup"] as const;

/** The README's first example, with every namespace. It does what {@link unshareEqual} does, too. */
export function wbMinimal({ root }: Places): Contender {
  return {
    name: "wb spawn",
    how: "spawn(argv, { namespaces: all six, setup: switchRoot(root) }): private propagation, bind, /proc, pivot_root",
    prepare: (job) => () => spawned(job, { setup: switchRoot(root) }),
  };
}

/** What {@link bwrapEqual} does: the same namespaces, mounts, devices and privileges. */
export function wbAsBwrap({ root }: Places): Contender {
  return {
    name: "wb spawn, as bwrap",
    how: "spawn with @wb/rootfs and @wb/security: the same mounts, a /dev of six bind mounts, loopback, no capabilities",
    prepare: (job) => () => spawned(job, { setup: likeBwrap(root) }),
  };
}

/** A container from an OCI configuration, with its cgroup made before and removed after. */
export function wbAsRunc({ root }: Places): Contender {
  return {
    name: "wb spawn, as runc",
    how: "createCgroup, spawn of planContainer(config), wait, remove the cgroup; the same config.json",
    prepare: (job) => {
      const container = dockerLike(root, job.argv);
      return () => contained(container, job);
    },
  };
}

/** Plans, starts and removes one container; its configuration is made already, as runc's is. */
export async function contained({ spec, layout, rootfs }: Container, job: Job): Promise<void> {
  const { argv, options } = planContainer(spec, { layout, rootfs });
  using group = createCgroup(spec.linux.cgroupsPath, cgroupLimits(spec.linux.resources), { layout });
  await spawned({ ...job, argv }, { ...options, cgroup: group.entrance() });
}

async function spawned({ argv, stdout }: Job, options: SpawnOptions): Promise<void> {
  const child = await spawn(argv, {
    namespaces: NAMESPACES,
    ...options,
    stdio: ["ignore", stdout ?? "ignore", "inherit"],
  });
  const { code, signal } = await child.wait();
  if (code !== 0) throw new Error(`${argv.join(" ")}: ${signal ?? `exit status ${code}`}`);
}

function likeBwrap(root: string): Program {
  const devices = DEFAULT_DEVICES.map(({ path }) => bind(path, path, { kind: "file", recursive: false }));
  const shm = step("make /dev/shm", [...openTarget("/dev/shm"), ...closeTarget], "mkdir -p $ROOT/dev/shm");
  // Those of "/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus" that root may write to.
  const covered = ["/proc/irq", "/proc/bus"].map(readonlyPath);
  return [
    ...switchRoot(root, { mounts: [proc(), ...covered, defaultDev([]), ...devices, shm, devpts()] }),
    loopbackUp,
    noNewPrivs,
    ...capabilitySteps(NONE),
  ];
}

const NONE = { bounding: 0n, effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n };
