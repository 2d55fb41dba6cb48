import type { CgroupStats, Layout } from "@wb/cgroup";
import { type ExitStatus, spawn, type SpawnOptions } from "@wb/ns";
import type { SeccompFilter } from "@wb/security";
import type { Program } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import { isTerminal } from "./caller-terminal.ts";
import { capabilityWarnings } from "./capability-warnings.ts";
import { type ContainerCgroup, createContainerCgroup, isScopeName } from "./container-cgroup.ts";
import { planContainer } from "./container-plan.ts";
import { copyOutput } from "./copy-output.ts";
import { forwardSignals } from "./forward-signals.ts";
import { openMountOwners } from "./mounts/owners.ts";
import { openUserNamespace } from "./open-user-namespace.ts";
import { cgroupLimits } from "./resources.ts";
import { accountingOf } from "./resources/accounting.ts";
import { terminalOwner } from "./terminal-owner.ts";
import type { SessionOptions, TerminalSession } from "./terminal-session.ts";
import { openTerminal } from "./terminal.ts";

export interface RunContainerOptions {
  readonly layout: Layout;
  readonly rootfs: Program;
  /** Cells of `rootfs`: file descriptors of this process. */
  readonly rootfsFds: Readonly<Record<string, number>>;
  /** A filter of system calls, for a configuration that has none. */
  readonly filter?: SeccompFilter | undefined;
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
  spec: CompleteSpec,
  { layout, rootfs, rootfsFds, filter, stdio, interactive, warn }: RunContainerOptions,
): Promise<ContainerExit> {
  const { terminal = false } = spec.process;
  const isRaw = terminal && interactive && isTerminal(2);
  // Raw mode leaves the cursor in its column.
  using signals = forwardSignals((message) => warn(isRaw ? `${message}\r` : message), { terminal });
  const plan = planContainer(spec, { layout, rootfs, filter });
  capabilityWarnings(plan).forEach(warn);
  using group = await makeCgroup(spec, layout);
  const { inner } = group;
  await using session = terminal
    ? await openSession({ interactive, open: (size) => openTerminal({ size, owner: terminalOwner(spec) }) })
    : undefined;
  using userNamespace = openUserNamespace(spec);
  using owners = openMountOwners(spec.mounts);
  const inputs = { ...rootfsFds, ...session?.inputs, ...userNamespace?.inputs, ...owners.inputs };
  const container = await spawn(plan.argv, {
    ...plan.options,
    dieWithParent: true,
    cgroup: inner.entrance(),
    stdio: session?.stdio ?? stdio,
    inputs,
    inherit: Object.values(inputs),
    blocking: true,
  });
  inner.close();
  userNamespace?.[Symbol.dispose]();
  owners[Symbol.dispose]();
  const killAll = (): void => group.kill();
  signals.to(container, () => {
    killAll();
    session?.abandon();
  });
  const [{ code, signal }] = await Promise.all([
    container.wait(),
    session?.connect(container, killAll),
    copyOutput(container.stdout, "stdout"),
    copyOutput(container.stderr, "stderr"),
  ]);
  return { code, signal, stats: inner.stats() };
}

/** What asks systemd is loaded only where it is asked. */
async function makeCgroup(
  { linux: { cgroupsPath, resources } }: CompleteSpec,
  layout: Layout,
): Promise<ContainerCgroup> {
  const limits = cgroupLimits(resources, accountingOf(layout));
  if (!isScopeName(cgroupsPath)) return createContainerCgroup(cgroupsPath, limits, layout);
  const { createContainerScope } = await import("./container-scope.ts");
  return createContainerScope(cgroupsPath, limits, layout);
}

/** Loaded only here: a command without a terminal starts earlier. */
async function openSession(options: SessionOptions): Promise<TerminalSession> {
  return new (await import("./terminal-session.ts")).TerminalSession(options);
}
