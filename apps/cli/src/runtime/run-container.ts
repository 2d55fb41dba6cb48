import type { CgroupStats, Layout } from "@wb/cgroup";
import { type ExitStatus, spawn, type SpawnOptions } from "@wb/ns";
import type { Program } from "@wb/syscall";
import type { Spec } from "../oci/spec.ts";
import { createContainerCgroup } from "./container-cgroup.ts";
import { planContainer } from "./container-plan.ts";
import { copyOutput } from "./copy-output.ts";
import { forwardSignals } from "./forward-signals.ts";
import { cgroupLimits } from "./resources.ts";
import { callerSize, TerminalSession } from "./terminal-session.ts";
import { Terminal } from "./terminal.ts";

export interface RunContainerOptions {
  readonly layout: Layout;
  readonly rootfs: Program;
  /** Cells of `rootfs`: file descriptors of this process. */
  readonly rootfsFds: Readonly<Record<string, number>>;
  /** What the command has without a terminal. */
  readonly stdio: NonNullable<SpawnOptions["stdio"]>;
  /** Pass stdin on to the command's terminal. */
  readonly interactive: boolean;
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
  { layout, rootfs, rootfsFds, stdio, interactive, warn }: RunContainerOptions,
): Promise<ContainerExit> {
  using signals = forwardSignals(warn);
  const plan = planContainer(spec, { layout, rootfs });
  if (plan.missingCapabilities.length > 0)
    warn(`not given, since this machine lacks them: ${plan.missingCapabilities.join(", ")}`);
  using group = createContainerCgroup(spec.linux.cgroupsPath, cgroupLimits(spec.linux.resources), layout);
  const { outer, inner } = group;
  using terminal = spec.process.terminal === true ? Terminal.open(callerSize()) : undefined;
  const inputs = { ...rootfsFds, ...terminal?.inputs };
  const container = await spawn(plan.argv, {
    ...plan.options,
    cgroup: inner.entrance(),
    stdio: terminal === undefined ? stdio : [terminal.slave, terminal.slave, terminal.slave],
    inputs,
    inherit: Object.values(inputs),
    blocking: true,
  });
  inner.close();
  terminal?.handOver();
  signals.to(container, () => outer.killSync());
  await using _session = terminal === undefined ? undefined : new TerminalSession(terminal, { interactive });
  const copied = [copyOutput(container.stdout, "stdout"), copyOutput(container.stderr, "stderr")];
  const { code, signal } = await container.wait();
  await Promise.all(copied);
  return { code, signal, stats: inner.stats() };
}
