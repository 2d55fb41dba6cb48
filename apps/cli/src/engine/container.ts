import { detect, type Layout } from "@wb/cgroup";
import type { SeccompFilter } from "@wb/security";
import type { Program } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import { USER_NAMESPACE } from "../runtime/user-namespace.ts";
import { resolveAccount } from "./account.ts";
import { additionalGroups } from "./additional-groups.ts";
import { containerGroup, defaultPath } from "./container-group.ts";
import { newContainerId } from "./container-id.ts";
import { containerCapabilities, containerSpec } from "./container-spec.ts";
import { findInit } from "./init-program.ts";
import type { JoinedNamespaces } from "./joined-namespaces.ts";
import { hasNetworkFiles } from "./networks/network-file-mounts.ts";
import { type RootfsSource } from "./rootfs-source.ts";
import { refuseRootless } from "./rootless/refuse-rootless.ts";
import { rootlessGroupPath } from "./rootless/rootless-group.ts";
import type { RootlessIds } from "./rootless/rootless-ids.ts";
import { rootlessSpec } from "./rootless/rootless-spec.ts";
import type { RunOptions } from "./run-options.ts";
import { seccompFilter } from "./security-options.ts";
import { SHARED_MEMORY, takeSharedMemory } from "./shared-memory.ts";
import { groupOf, type StatePaths, statePaths } from "./state.ts";
import { refuseOldKernel, refuseUnmapped } from "./userns-remap.ts";
import type { OpenedVolumes } from "./volumes/open-volumes.ts";

/** A container that was asked for: its OCI configuration, and what the engine adds to it. */
export interface Container {
  readonly id: string;
  readonly spec: CompleteSpec;
  /** Whether it has a control group: an ordinary user's only where one was delegated. */
  readonly withCgroup: boolean;
  readonly paths: StatePaths;
  /** The path of its control group, if it has one. */
  readonly group: string | undefined;
  readonly layout: Layout;
  /** Steps in the container's mount namespace that make its root. */
  readonly rootfs: Program;
  /** Cells of these Steps: file descriptors of this process. */
  readonly rootfsFds: Readonly<Record<string, number>>;
  /** Mounts that these Steps have in a cell, by their places. */
  readonly given: Readonly<Record<string, string>>;
  /** The filter of system calls, where it is not the configuration's. */
  readonly filter: SeccompFilter | undefined;
}

export interface ContainerPlace {
  /** Default: a new one. */
  readonly id?: string;
  /** An empty directory for the root, where that is not in the state of a `wb run`. */
  readonly mountpoint?: string;
  /** What {@link joinedNamespaces} found. */
  readonly joined?: JoinedNamespaces | undefined;
  /** The ids of the containers of an ordinary user, who makes it. */
  readonly rootless?: RootlessIds | undefined;
  /** Its own directory in the store, with the files of its network. Default: it has its root's. */
  readonly files?: string | undefined;
  /** What its volumes need in its mount namespace. */
  readonly volumes?: Pick<OpenedVolumes, "steps" | "fds"> | undefined;
}

/**
 * Designs a container; nothing is changed yet.
 *
 * @param root what `options.rootfs` names
 * @throws UserError for a root or a user that is not there
 */
export function designContainer(
  wanted: RunOptions,
  root: RootfsSource,
  { id = newContainerId(), mountpoint, joined, rootless, files, volumes = NO_VOLUMES }: ContainerPlace = {},
): Container {
  if (rootless !== undefined) refuseRootless(wanted);
  const usernsRemap = rootless === undefined ? (joined?.usernsRemap ?? wanted.usernsRemap) : [];
  const options = { ...wanted, usernsRemap };
  const layout = detect();
  const group = containerGroup(id, layout, options);
  const paths = statePaths(id, options.name, group.path);
  const remapped = options.usernsRemap.length > 0;
  if (remapped) refuseOldKernel();
  const { steps, merged } = root.mount(mountpoint ?? paths.mountpoint, remapped ? USER_NAMESPACE : undefined);
  const named = resolveAccount(options.user, root.directory);
  const account = { ...named, groups: [...named.groups, ...additionalGroups(options.groupAdd, root.directory)] };
  refuseUnmapped(options.usernsRemap, account);
  const init = options.init ? findInit() : undefined;
  const filter = seccompFilter(options.security, {
    capabilities: containerCapabilities(options),
    privileged: options.privileged,
  });
  const spec = containerSpec(options, {
    id,
    root: merged,
    cgroupsPath: group.cgroupsPath,
    account,
    layout,
    init,
    networkFiles: hasNetworkFiles(options) ? files : joined?.network?.files,
    ...(joined === undefined ? {} : { joined }),
  });
  const { sharedMemory } = joined ?? {};
  const own = rootless === undefined ? spec : rootlessSpec(spec, rootless);
  const ownGroup = rootless === undefined ? own.linux.cgroupsPath : rootlessGroupPath(id, own.linux.resources);
  return {
    id,
    spec: { ...own, linux: { ...own.linux, cgroupsPath: ownGroup ?? "" } },
    withCgroup: ownGroup !== undefined,
    paths,
    group: rootless === undefined ? group.path : ownGroup,
    layout,
    rootfs: [...steps, ...(sharedMemory === undefined ? [] : [takeSharedMemory(sharedMemory)]), ...volumes.steps],
    rootfsFds: { ...root.fds, ...volumes.fds },
    given: sharedMemory === undefined ? {} : { "/dev/shm": SHARED_MEMORY },
    filter,
  };
}

const NO_VOLUMES = { steps: [], fds: {} } as const;

/** Where the control group is of a container that has a state. */
export function cgroupsPath(id: string): string {
  return groupOf(id) ?? defaultPath(id);
}
