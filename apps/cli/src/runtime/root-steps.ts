import { type Layout } from "@wb/cgroup";
import {
  chroot,
  closeTarget,
  finalPropagation,
  maskedPaths,
  moveRoot,
  openRoot,
  openTarget,
  pivotRoot,
  privatePropagation,
  readMountinfo,
  readonlyPath,
  readonlyRoot,
  type RootPropagation,
  startPropagation,
} from "@wb/rootfs";
import { mountLabelOptions, securityModules } from "@wb/security";
import { type Program, type Step, step } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { SpecMount } from "../oci/spec.ts";
import { UserError } from "../user-error.ts";
import { mountSteps, outsideMountSteps } from "./mounts.ts";
import { ownNull } from "./own-null.ts";
import { type MappedIds, outsideSteps, ownerOutside, userNamespaceMaps } from "./user-namespace.ts";

export interface RootContext {
  readonly layout: Layout;
  /** Steps in the new mount namespace that make `root.path` what it should be: mounting an overlay there. */
  readonly rootfs: Program;
  /** Mounts that these Steps have in a cell, by their places: they are only moved there. Default: none. */
  readonly given?: Readonly<Record<string, string>>;
  /** Where relative sources of mounts begin. Default: the working directory. */
  readonly bundle?: string;
  /** The container's control group below the root of each hierarchy, where it has no cgroup namespace. */
  readonly cgroup?: string | undefined;
  /** An ordinary user makes the container: its process begins in its user namespace. Default false. */
  readonly rootless?: boolean;
  /** Steps while the mounts are there and the root is still the host's: the hooks wait for them. */
  readonly mounted?: Program;
  /** Change the root by a move of the mount and chroot(2), `--no-pivot`: pivot_root(2) cannot leave an initial ramdisk. */
  readonly noPivot?: boolean;
}

/**
 * What of a container's root has to be made before its process is in its user namespace: devices, and mounts of what is the
 * machine's.
 */
export function rootBeforeUserNamespace(spec: CompleteSpec, { rootfs, bundle }: RootContext, maps: MappedIds): Program {
  const { root, linux } = spec;
  return outsideSteps(root.path, {
    rootfs: [propagationStep(spec), ...rootfs],
    mounts: outsideMountSteps(labelled(spec), {
      devices: linux.devices ?? [],
      owner: ownerOutside(maps, { uid: 0, gid: 0 }),
      ownerOf: (user) => ownerOutside(maps, user),
      ...(bundle === undefined ? {} : { bundle, root: root.path }),
    }),
  });
}

/**
 * The Steps that make a container's root and enter it.
 *
 * @throws UserError for paths to hide in the host's own mount namespace
 */
export function rootSteps(spec: CompleteSpec, context: RootContext): Step[] {
  const { root, process, linux } = spec;
  // One that is joined is the container's, too, as runc and crun have it: who names it means its mounts to be made there.
  if (!linux.namespaces.some(({ type }) => type === "mount")) return sharedRoot(spec, context);
  const { rootfs, mounted = [], noPivot = false } = context;
  const { cwd, terminal = false } = process;
  const inUserNamespace = isMadeOutside(spec, context);
  const isolated = linux.rootfsPropagation !== undefined;
  const opened = inUserNamespace
    ? [openRoot(".", { isolated })]
    : [propagationStep(spec), ...rootfs, openRoot(root.path, { isolated })];
  return [
    ...opened,
    ...mountSteps(labelled(spec), mountContext(spec, context)),
    ...(cwd === "/" ? [] : [makeDirectory(cwd)]),
    ...maskedPaths(linux.maskedPaths),
    ...linux.readonlyPaths.map((path) => readonlyPath(path)),
    ...(root.readonly === true ? [readonlyRoot()] : []),
    ...mounted,
    noPivot ? moveRoot(readMountinfo(), root.path) : pivotRoot(),
    ...(isolated ? [finalPropagation(propagationOf(spec))] : []),
    ...(terminal ? [] : [ownNull]),
  ];
}

/** Without a mount namespace of its own a container changes nothing of the one that it is in: its mounts are not made. */
function sharedRoot(
  { root, linux: { maskedPaths: masked, readonlyPaths } }: CompleteSpec,
  { mounted = [] }: RootContext,
): Step[] {
  if (masked.length + readonlyPaths.length > 0) {
    throw new UserError("config.json: linux.namespaces: masked and read-only paths need a mount namespace", {
      hint: 'add {"type": "mount"}',
    });
  }
  const { path, readonly = false } = root;
  return [...mounted, ...(path === "/" && !readonly ? [] : [chroot(path, { readonly })])];
}

/** Whether what a user namespace cannot mount has been made before by {@link rootBeforeUserNamespace}. */
function isMadeOutside(spec: CompleteSpec, { rootless = false }: RootContext): boolean {
  return !rootless && userNamespaceMaps(spec) !== undefined;
}

function mountContext(spec: CompleteSpec, context: RootContext): Parameters<typeof mountSteps>[1] {
  const { process, linux, root } = spec;
  const { layout, bundle, cgroup, rootless = false, given = {} } = context;
  return {
    layout,
    given,
    devices: linux.devices ?? [],
    terminal: process.terminal ?? false,
    inUserNamespace: isMadeOutside(spec, context),
    bindDevices: rootless,
    namespaces: linux.namespaces.map(({ type }) => type),
    ...(bundle === undefined ? {} : { bundle, root: root.path }),
    ...(cgroup === undefined
      ? {}
      : { cgroupDirectories: layout.hierarchies.map(({ mountpoint }) => `${mountpoint}${cgroup}`) }),
  };
}

/** Where no SELinux is, nobody looks at a label, and the kernel does not know the option. */
function labelled({ mounts, linux: { mountLabel = "" } }: CompleteSpec): readonly SpecMount[] {
  if (mountLabel === "" || !securityModules().selinux) return mounts;
  return mounts.map((mount) => ({
    ...mount,
    options: [...(mount.options ?? []), ...mountLabelOptions(mount, mountLabel)],
  }));
}

function propagationStep(spec: CompleteSpec): Step {
  return spec.linux.rootfsPropagation === undefined
    ? privatePropagation()
    : startPropagation(propagationOf(spec), spec.root.path);
}

/** runc takes the words with an `r`, too, and means the same. */
function propagationOf({ linux: { rootfsPropagation = "private" } }: CompleteSpec): RootPropagation {
  return rootfsPropagation.replace(/^r/, "") as RootPropagation;
}

/** A working directory that is not there is made, as docker does. */
function makeDirectory(path: string): Step {
  return step(`make ${path} if it is missing`, [...openTarget(path), ...closeTarget], `mkdir -p $ROOT${path}`);
}
