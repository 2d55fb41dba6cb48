import { detect, type Layout } from "@wb/cgroup";
import type { SeccompFilter } from "@wb/security";
import type { Program } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import { USER_NAMESPACE } from "../runtime/user-namespace.ts";
import { resolveAccount } from "./account.ts";
import { containerGroup, defaultPath } from "./container-group.ts";
import { newContainerId } from "./container-id.ts";
import { containerCapabilities, containerSpec } from "./container-spec.ts";
import { findInit } from "./init-program.ts";
import { type RootfsSource } from "./rootfs-source.ts";
import type { RunOptions } from "./run-options.ts";
import { seccompFilter } from "./security-options.ts";
import { groupOf, type StatePaths, statePaths } from "./state.ts";
import { refuseOldKernel, refuseUnmapped } from "./userns-remap.ts";

/** A container that was asked for: its OCI configuration, and what the engine adds to it. */
export interface Container {
  readonly id: string;
  readonly spec: CompleteSpec;
  readonly paths: StatePaths;
  readonly layout: Layout;
  /** Steps in the container's mount namespace that make its root. */
  readonly rootfs: Program;
  /** Cells of these Steps: file descriptors of this process. */
  readonly rootfsFds: Readonly<Record<string, number>>;
  /** The filter of system calls, where it is not the configuration's. */
  readonly filter: SeccompFilter | undefined;
}

/**
 * Designs a container; nothing is changed yet.
 *
 * @param root what `options.rootfs` names
 * @throws UserError for a root or a user that is not there
 */
export function designContainer(options: RunOptions, root: RootfsSource): Container {
  const id = newContainerId();
  const layout = detect();
  const group = containerGroup(id, layout, options);
  const paths = statePaths(id, options.name, group.path);
  const remapped = options.usernsRemap.length > 0;
  if (remapped) refuseOldKernel();
  const { steps, merged } = root.mount(paths.mountpoint, remapped ? USER_NAMESPACE : undefined);
  const account = resolveAccount(options.user, root.directory);
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
  });
  return { id, spec, paths, layout, rootfs: steps, rootfsFds: root.fds, filter };
}

/** Where the control group is of a container that has a state. */
export function cgroupsPath(id: string): string {
  return groupOf(id) ?? defaultPath(id);
}
