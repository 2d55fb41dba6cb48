import { readlinkSync } from "node:fs";
import { type CgroupStats, createDelegatedCgroup, type Layout } from "@wb/cgroup";
import { type ExitStatus, spawn, type SpawnOptions } from "@wb/ns";
import type { SeccompFilter } from "@wb/security";
import { type Program, SIG, type Winsize } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import { isTerminal } from "./caller-terminal.ts";
import { capabilityWarnings } from "./capability-warnings.ts";
import { type ContainerCgroup, createContainerCgroup, isScopeName } from "./container-cgroup.ts";
import { planContainer } from "./container-plan.ts";
import { copyOutput } from "./copy-output.ts";
import { forwardSignals } from "./forward-signals.ts";
import { openNamespaces } from "./lifecycle/join-namespaces.ts";
import { delegatedPath, groupLayout, isRootless } from "./lifecycle/rootless.ts";
import { openMountOwners } from "./mounts/owners.ts";
import { openUserNamespace } from "./open-user-namespace.ts";
import { cgroupLimits } from "./resources.ts";
import { accountingOf } from "./resources/accounting.ts";
import { openRootlessTerminal } from "./rootless-terminal.ts";
import { terminalOwner } from "./terminal-owner.ts";
import type { SessionOptions, TerminalSession } from "./terminal-session.ts";
import { type OpenedTerminal, openTerminal } from "./terminal.ts";
import { waitForNetworks, waitForUserMode } from "./wait-for-networks.ts";

export interface RunContainerOptions {
  readonly layout: Layout;
  /** Whether it gets a control group of its own. Default true. */
  readonly withCgroup?: boolean;
  readonly rootfs: Program;
  /** Cells of `rootfs`: file descriptors of this process. */
  readonly rootfsFds: Readonly<Record<string, number>>;
  /** Mounts that these Steps have in a cell, by their places. */
  readonly given: Readonly<Record<string, string>>;
  /** The container's control group below the root of the hierarchies. */
  readonly cgroup: string | undefined;
  /** A filter of system calls, for a configuration that has none. */
  readonly filter?: SeccompFilter | undefined;
  /** What the command has without a terminal. */
  readonly stdio: NonNullable<SpawnOptions["stdio"]>;
  /** Pass stdin on to the command's terminal. */
  readonly interactive: boolean;
  /** Connects it to its networks, when its first process is in its network namespace; it goes on afterwards. */
  readonly network?: ((pid: number) => void) | undefined;
  /** Called when its first process is there. */
  readonly started?: (pid: number) => void;
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
  {
    layout,
    rootfs,
    rootfsFds,
    given,
    cgroup,
    filter,
    stdio,
    interactive,
    network,
    started,
    warn,
    withCgroup = true,
  }: RunContainerOptions,
): Promise<ContainerExit> {
  const { terminal = false } = spec.process;
  const isRaw = terminal && interactive && isTerminal(2);
  // Raw mode leaves the cursor in its column.
  using signals = forwardSignals((message) => warn(isRaw ? `${message}\r` : message), { terminal });
  const rootless = isRootless();
  using namespaces = openNamespaces(spec.linux.namespaces);
  const { join } = namespaces;
  const plan = planContainer(spec, {
    layout,
    rootfs,
    given,
    cgroup,
    filter,
    join,
    rootless,
    ...(network === undefined
      ? {}
      : rootless && !join.some(({ kinds }) => kinds.includes("pid"))
        ? waitForUserMode
        : waitForNetworks),
  });
  capabilityWarnings(plan).forEach(warn);
  using group = withCgroup ? await makeCgroup(spec, layout) : undefined;
  const inner = group?.inner;
  using userNamespace = openUserNamespace(spec);
  const openIt = (size: Winsize): OpenedTerminal =>
    rootless && userNamespace !== undefined
      ? openRootlessTerminal(spec, size, userNamespace)
      : openTerminal({ size, owner: terminalOwner(spec) });
  await using session = terminal ? await openSession({ interactive, open: openIt }) : undefined;
  using owners = openMountOwners(spec.mounts);
  const inputs = { ...rootfsFds, ...session?.inputs, ...userNamespace?.inputs, ...owners.inputs };
  const container = await spawn(plan.argv, {
    ...plan.options,
    dieWithParent: true,
    ...(inner === undefined ? {} : { cgroup: inner.entrance() }),
    stdio: session?.stdio ?? stdio,
    inputs,
    inherit: [...Object.values(inputs), ...join.map(({ fd }) => fd)],
    blocking: true,
    on: { mounted: ({ pid }) => (network === undefined ? undefined : connectLiving(pid, network)) },
  });
  inner?.close();
  userNamespace?.[Symbol.dispose]();
  owners[Symbol.dispose]();
  started?.(container.pid);
  const killAll = (): void => void (group === undefined ? container.kill(SIG.KILL) : group.kill());
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
  return { code, signal, stats: inner?.stats() ?? {} };
}

/** One whose set-up has failed meanwhile tells why itself. */
function connectLiving(pid: number, network: (pid: number) => void): void {
  try {
    network(pid);
  } catch (error) {
    if (hasNamespaces(pid)) throw error;
  }
}

/** A process that exits loses them before /proc says that it is dead. */
function hasNamespaces(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) !== "";
  } catch {
    return false;
  }
}

/** What asks systemd is loaded only where it is asked. */
async function makeCgroup(
  { linux: { cgroupsPath, resources } }: CompleteSpec,
  layout: Layout,
): Promise<ContainerCgroup> {
  const ofGroup = groupLayout(layout);
  const limits = cgroupLimits(resources, accountingOf(ofGroup));
  const delegated = isRootless() ? delegatedPath() : undefined;
  const own = delegated === undefined ? undefined : createDelegatedCgroup(cgroupsPath.slice(delegated.length), limits);
  if (own !== undefined)
    return { outer: own, inner: own, kill: () => own.killSync(), [Symbol.dispose]: () => own[Symbol.dispose]() };
  if (!isScopeName(cgroupsPath)) return createContainerCgroup(cgroupsPath, limits, layout);
  const { createContainerScope } = await import("./container-scope.ts");
  return createContainerScope(cgroupsPath, limits, layout);
}

/** Loaded only here: a command without a terminal starts earlier. */
async function openSession(options: SessionOptions): Promise<TerminalSession> {
  return new (await import("./terminal-session.ts")).TerminalSession(options);
}
