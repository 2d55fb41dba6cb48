import type { CgroupStats, Layout } from "@wb/cgroup";
import { type ExitStatus, spawn, type SpawnOptions } from "@wb/ns";
import type { Program } from "@wb/syscall";
import type { Spec } from "../oci/spec.ts";
import { createContainerCgroup } from "./container-cgroup.ts";
import { planContainer } from "./container-plan.ts";
import { copyOutput } from "./copy-output.ts";
import { forwardSignals } from "./forward-signals.ts";
import { cgroupLimits } from "./resources.ts";

export interface RunContainerOptions {
  readonly layout: Layout;
  readonly rootfs: Program;
  readonly stdio: NonNullable<SpawnOptions["stdio"]>;
  /** Called with what could not be given as it was asked for. */
  readonly warn: (message: string) => void;
}

/** How a container ended, and what it used. */
export interface ContainerExit extends ExitStatus {
  readonly stats: CgroupStats;
}

/**
 * Runs a container from an OCI configuration to its end: makes its cgroup with its limits, its process in it, waits, and
 * removes the cgroup with whatever is left in it.
 *
 * @throws CgroupError, SyscallError, CommandError when it could not be made; nothing is left then
 */
export async function runContainer(
  spec: Spec,
  { layout, rootfs, stdio, warn }: RunContainerOptions,
): Promise<ContainerExit> {
  using signals = forwardSignals(warn);
  const plan = planContainer(spec, { layout, rootfs });
  if (plan.missingCapabilities.length > 0)
    warn(`not given, since this machine lacks them: ${plan.missingCapabilities.join(", ")}`);
  using group = createContainerCgroup(spec.linux.cgroupsPath, cgroupLimits(spec.linux.resources), layout);
  const { outer, inner } = group;
  const container = await spawn(plan.argv, { ...plan.options, cgroup: inner.entrance(), stdio, blocking: true });
  inner.close();
  signals.to(container, () => outer.killSync());
  const copied = [copyOutput(container.stdout, "stdout"), copyOutput(container.stderr, "stderr")];
  const { code, signal } = await container.wait();
  await Promise.all(copied);
  return { code, signal, stats: inner.stats() };
}
