import type { Layout } from "@wb/cgroup";
import { type Join, joinSteps, type Namespace, type PlanOptions, type TimeOffsets } from "@wb/ns";
import {
  closeTarget,
  domainname,
  hostname,
  maskedPaths,
  openRoot,
  openTarget,
  ownNamespaces,
  pivotRoot,
  privatePropagation,
  readonlyPath,
  readonlyRoot,
  sysctlSteps,
} from "@wb/rootfs";
import { type CapabilitySets, mountLabelOptions, sessionStep } from "@wb/security";
import { type Program, type Step, step } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { SpecLinux, SpecNamespace, SpecNamespaceReference } from "../oci/spec-linux.ts";
import { loopbackUp } from "./loopback.ts";
import { mountSteps, outsideMountSteps } from "./mounts.ts";
import { ownNull } from "./own-null.ts";
import { processSteps } from "./process-steps.ts";
import { stdioOwner } from "./stdio-owner.ts";
import { controllingTerminal } from "./terminal.ts";
import { enterUserNamespace, type MappedIds, outsideSteps, ownerOutside, userNamespaceMaps } from "./user-namespace.ts";

export interface ContainerContext {
  readonly layout: Layout;
  /** Steps in the new mount namespace that make `root.path` what it should be: mounting an overlay there. */
  readonly rootfs: Program;
  /** What the process that starts it has to give. Default: what this one has. */
  readonly held?: CapabilitySets;
  /** Namespaces to enter that the configuration names by a path. */
  readonly join?: readonly Join[];
  /** Steps while the mounts are there and the root is still the host's: the hooks wait for them. */
  readonly mounted?: Program;
  /** Steps between the set-up and the command: what a created container waits with. */
  readonly created?: Program;
  /** Share the caller's session keyring, `--no-new-keyring`. */
  readonly noNewKeyring?: boolean;
  /** Change the root by a move of the mount and chroot(2), `--no-pivot`: pivot_root(2) cannot leave an initial ramdisk. */
  readonly noPivot?: boolean;
}

/** A container's process as data. */
export interface ContainerPlan {
  readonly argv: readonly [string, ...string[]];
  readonly options: PlanOptions;
  /** Capabilities that were asked for and that this process cannot give, or does not know. */
  readonly missingCapabilities: readonly string[];
}

/**
 * Plans the process of an OCI configuration: its namespaces, and the Steps that it makes in them before its command.
 *
 * The order is the kernel's: what needs the host's /proc comes before the root changes, what needs privileges before the
 * capabilities go, and the session and keyring before anything that could be shared through them.
 */
export function planContainer(spec: CompleteSpec, context: ContainerContext): ContainerPlan {
  const { terminal = false, user } = spec.process;
  const { linux, hostname: name, domainname: domain } = spec;
  const maps = userNamespaceMaps(spec);
  const made = processSteps(spec.process, spec, { held: context.held, inUserNamespace: maps !== undefined });
  return {
    argv: spec.process.args,
    options: {
      namespaces: newNamespaces(linux.namespaces),
      ...(maps === undefined
        ? { join: context.join ?? [] }
        : { before: [...made.first, ...beforeUserNamespace(spec, context, maps), ...enterUserNamespace] }),
      ...(linux.timeOffsets === undefined ? {} : { timeOffsets: timeOffsets(linux.timeOffsets) }),
      setup: [
        sessionStep,
        ...(maps === undefined ? made.first : []),
        ...(context.noNewKeyring === true ? [] : made.keyring),
        ...sysctlSteps(linux.sysctl ?? {}, { namespaces: ownNamespaces(linux.namespaces) }),
        ...rootSteps(spec, context),
        ...(linux.namespaces.some(({ type, path }) => type === "network" && path === undefined) ? [loopbackUp] : []),
        ...(name === undefined ? [] : [hostname(name)]),
        ...(domain === undefined ? [] : [domainname(domain)]),
        ...(terminal ? [controllingTerminal()] : maps === undefined ? stdioOwner(user.uid) : []),
        ...made.last,
        ...(context.created ?? []),
      ],
      last: made.beforeCommand,
      env: made.env,
    },
    missingCapabilities: made.missingCapabilities,
  };
}

/** The kinds to make; that of the user is there before, and others are entered by their paths. */
function newNamespaces(references: readonly SpecNamespaceReference[]): Namespace[] {
  return references
    .filter(({ type, path }) => path === undefined && type !== "user")
    .map(({ type }) => NAMESPACES[type]);
}

/** In seconds. */
function timeOffsets(offsets: NonNullable<SpecLinux["timeOffsets"]>): TimeOffsets {
  return Object.fromEntries(
    Object.entries(offsets).map(([clock, { secs = 0, nanosecs = 0 }]) => [clock, secs + nanosecs / 1e9]),
  );
}

/** The names that the specification gives to the kinds of namespaces. */
export const NAMESPACES: Readonly<Record<SpecNamespace, Namespace>> = {
  pid: "pid",
  network: "net",
  mount: "mount",
  ipc: "ipc",
  uts: "uts",
  user: "user",
  cgroup: "cgroup",
  time: "time",
};

function beforeUserNamespace(
  { root, mounts, process, linux }: CompleteSpec,
  { rootfs, join = [] }: ContainerContext,
  maps: MappedIds,
): Step[] {
  const owner = ownerOutside(maps, { uid: 0, gid: 0 });
  return [
    // They may be the machine's, not the user namespace's.
    ...joinSteps(join, { dropGroups: false }),
    ...outsideSteps(root.path, {
      rootfs: [privatePropagation(), ...rootfs],
      mounts: outsideMountSteps(mounts, {
        devices: linux.devices ?? [],
        owner,
        ownerOf: (user) => ownerOutside(maps, user),
      }),
    }),
    ...(process.terminal === true ? [] : stdioOwner(ownerOutside(maps, process.user).uid)),
  ];
}

function rootSteps(spec: CompleteSpec, { layout, rootfs, mounted = [] }: ContainerContext): Step[] {
  const { root, mounts, process, linux } = spec;
  const { cwd, terminal = false } = process;
  const inUserNamespace = userNamespaceMaps(spec) !== undefined;
  return [
    ...(inUserNamespace ? [openRoot(".")] : [privatePropagation(), ...rootfs, openRoot(root.path)]),
    ...mountSteps(mounts, {
      layout,
      devices: linux.devices ?? [],
      terminal,
      inUserNamespace,
      namespaces: linux.namespaces.map(({ type }) => type),
    }),
    ...(cwd === "/" ? [] : [makeDirectory(cwd)]),
    ...maskedPaths(linux.maskedPaths),
    ...linux.readonlyPaths.map((path) => readonlyPath(path)),
    ...(root.readonly === true ? [readonlyRoot()] : []),
    ...mounted,
    pivotRoot(),
    ...(terminal ? [] : [ownNull]),
  ];
}

/** A working directory that is not there is made, as docker does. */
function makeDirectory(path: string): Step {
  return step(`make ${path} if it is missing`, [...openTarget(path), ...closeTarget], `mkdir -p $ROOT${path}`);
}
