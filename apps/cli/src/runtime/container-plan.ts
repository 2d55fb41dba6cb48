import type { Layout } from "@wb/cgroup";
import type { Namespace, PlanOptions } from "@wb/ns";
import {
  closeTarget,
  hostname,
  maskedPaths,
  openRoot,
  openTarget,
  pivotRoot,
  privatePropagation,
  readonlyPath,
  readonlyRoot,
} from "@wb/rootfs";
import {
  type CapabilitySets,
  capabilitySteps,
  heldCapabilities,
  keyringStep,
  limitTo,
  noNewPrivs,
  oomScoreAdjStep,
  parseCapabilities,
  rlimitSteps,
  sessionStep,
  umaskStep,
} from "@wb/security";
import { type Program, type Step, step } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { SpecNamespace } from "../oci/spec-linux.ts";
import { loopbackUp } from "./loopback.ts";
import { mountSteps, outsideMountSteps } from "./mounts.ts";
import { ownNull } from "./own-null.ts";
import { stdioOwner } from "./stdio-owner.ts";
import { controllingTerminal } from "./terminal.ts";
import { enterUserNamespace, type MappedIds, outsideSteps, ownerOutside, userNamespaceMaps } from "./user-namespace.ts";

export interface ContainerContext {
  readonly layout: Layout;
  /** Steps in the new mount namespace that make `root.path` what it should be: mounting an overlay there. */
  readonly rootfs: Program;
  /** What the process that starts it has to give. Default: what this one has. */
  readonly held?: CapabilitySets;
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
  const wanted = parseCapabilities(spec.process.capabilities);
  const { sets, missing } = limitTo(wanted.sets, context.held ?? heldCapabilities());
  const { terminal = false, user, rlimits = [], noNewPrivileges = false, oomScoreAdj } = spec.process;
  const maps = userNamespaceMaps(spec);
  return {
    argv: spec.process.args,
    options: {
      namespaces: spec.linux.namespaces.map(({ type }) => NAMESPACES[type]).filter((kind) => kind !== "user"),
      ...(maps === undefined ? {} : { before: [...beforeUserNamespace(spec, context, maps), ...enterUserNamespace] }),
      setup: [
        sessionStep,
        // Without a name: one that has a name can be joined by root in every other container of the same user namespace.
        keyringStep(),
        ...(oomScoreAdj === undefined ? [] : [oomScoreAdjStep(oomScoreAdj)]),
        umaskStep(0o022),
        ...rootSteps(spec, context),
        ...(spec.linux.namespaces.some(({ type }) => type === "network") ? [loopbackUp] : []),
        ...(spec.hostname === undefined ? [] : [hostname(spec.hostname)]),
        ...rlimitSteps(rlimits),
        ...(noNewPrivileges ? [noNewPrivs] : []),
        ...(terminal ? [controllingTerminal()] : maps === undefined ? stdioOwner(user.uid) : []),
        ...capabilitySteps(sets, { user: { uid: user.uid, gid: user.gid, groups: user.additionalGids ?? [] } }),
      ],
      env: Object.fromEntries(
        spec.process.env.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
      ),
      cwd: spec.process.cwd,
      dieWithParent: true,
    },
    missingCapabilities: [...missing, ...wanted.unknown],
  };
}

/** The names that the specification gives to the kinds of namespaces. */
const NAMESPACES: Readonly<Record<SpecNamespace, Namespace>> = {
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
  { rootfs }: ContainerContext,
  maps: MappedIds,
): Step[] {
  const owner = ownerOutside(maps, { uid: 0, gid: 0 });
  return [
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

function rootSteps(spec: CompleteSpec, { layout, rootfs }: ContainerContext): Step[] {
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
    pivotRoot(),
    ...(terminal ? [] : [ownNull]),
  ];
}

/** A working directory that is not there is made, as docker does. */
function makeDirectory(path: string): Step {
  return step(`make ${path} if it is missing`, [...openTarget(path), ...closeTarget], `mkdir -p $ROOT${path}`);
}
