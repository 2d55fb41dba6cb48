import { createCgroup } from "@wb/cgroup";
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
import { ALL_CAPABILITIES, capabilitySteps, noNewPrivs } from "@wb/security";
import { type Program, step } from "@wb/syscall";
import type { Container } from "../../../apps/cli/src/engine/container.ts";
import { planContainer } from "../../../apps/cli/src/runtime/container-plan.ts";
import { loopbackUp } from "../../../apps/cli/src/runtime/loopback.ts";
import { cgroupLimits } from "../../../apps/cli/src/runtime/resources.ts";
import { type Contender, type Job, spawned } from "./contender.ts";
import { dockerLike } from "./docker-like.ts";
import type { Places } from "./peers.ts";

const NAMESPACES = ["mount", "pid", "net", "ipc", "uts", "cgroup"] as const;

/** The README's first example, with every namespace. It does what {@link unshareEqual} does, too. */
export function wbMinimal({ root }: Places): Contender {
  return {
    name: "wb spawn",
    how: "spawn(argv, { namespaces: all six, setup: switchRoot(root) }): private propagation, bind, /proc, pivot_root",
    prepare: (job) => () => spawned(job, { namespaces: NAMESPACES, setup: switchRoot(root) }),
  };
}

/** What {@link bwrapEqual} does: the same namespaces, mounts, devices and privileges. */
export function wbAsBwrap({ root }: Places): Contender {
  return {
    name: "wb spawn, as bwrap",
    how: "spawn with @wb/rootfs and @wb/security: the same mounts, a /dev of six bind mounts, loopback, no capabilities",
    prepare: (job) => () => spawned(job, { namespaces: NAMESPACES, setup: likeBwrap(root) }),
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

function likeBwrap(root: string): Program {
  const devices = DEFAULT_DEVICES.map(({ path }) => bind(path, path, { kind: "file", recursive: false }));
  const shm = step("make /dev/shm", [...openTarget("/dev/shm"), ...closeTarget], "mkdir -p $ROOT/dev/shm");
  // Of the four that it has in its list, bwrap covers those that the mode lets root write to.
  const covered = ["/proc/irq", "/proc/bus"].map(readonlyPath);
  return [
    ...switchRoot(root, { mounts: [proc(), ...covered, defaultDev([]), ...devices, shm, devpts()] }),
    loopbackUp,
    noNewPrivs,
    ...capabilitySteps(NONE),
  ];
}

/** bwrap leaves the bounding set as it is: no_new_privs keeps the command from what is in it. */
const NONE = { bounding: ALL_CAPABILITIES, effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n };
