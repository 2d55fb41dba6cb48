import type { CgroupStats, Layout } from "@wb/cgroup";
import { createUserNamespace, type ExitStatus, idOutside, spawn, type SpawnOptions } from "@wb/ns";
import type { Owner } from "@wb/rootfs";
import { closeFd, type Program } from "@wb/syscall";
import type { Spec } from "../oci/spec.ts";
import { createContainerCgroup } from "./container-cgroup.ts";
import { planContainer } from "./container-plan.ts";
import { copyOutput } from "./copy-output.ts";
import { forwardSignals } from "./forward-signals.ts";
import { cgroupLimits } from "./resources.ts";
import { callerSize, TerminalSession } from "./terminal-session.ts";
import { Terminal } from "./terminal.ts";
import { ownerOutside, USER_NAMESPACE_CELL, userNamespaceMaps } from "./user-namespace.ts";

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
  using terminal = spec.process.terminal === true ? Terminal.open(callerSize(), terminalOwner(spec)) : undefined;
  using userNamespace = openUserNamespace(spec);
  const inputs = { ...rootfsFds, ...terminal?.inputs, ...userNamespace?.inputs };
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
  userNamespace?.[Symbol.dispose]();
  signals.to(container, () => outer.killSync());
  await using _session = terminal === undefined ? undefined : new TerminalSession(terminal, { interactive });
  const copied = [copyOutput(container.stdout, "stdout"), copyOutput(container.stderr, "stderr")];
  const { code, signal } = await container.wait();
  await Promise.all(copied);
  return { code, signal, stats: inner.stats() };
}

interface OpenUserNamespace extends Disposable {
  readonly inputs: Readonly<Record<string, number>>;
}

/** The container's user namespace, where it has one of its own: it is there before any process is in it. */
function openUserNamespace(spec: Spec): OpenUserNamespace | undefined {
  const maps = userNamespaceMaps(spec);
  if (maps === undefined) return undefined;
  const fd = createUserNamespace(maps);
  let isOpen = true;
  return {
    inputs: { [USER_NAMESPACE_CELL]: fd },
    [Symbol.dispose]: () => {
      if (isOpen) closeFd(fd);
      isOpen = false;
    },
  };
}

/** Terminals belong to root and the group tty, 5, as the container sees them, or to root's own group if it has no other. */
function terminalOwner(spec: Spec): Owner {
  const maps = userNamespaceMaps(spec);
  if (maps === undefined) return { uid: 0, gid: 5 };
  return ownerOutside(maps, { uid: 0, gid: idOutside(maps.gidMap, 5) === undefined ? 0 : 5 });
}
