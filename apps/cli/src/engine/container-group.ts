import { cgroupPath, isSystemdBooted, type Layout, unitName } from "@wb/cgroup";
import { usage } from "../flags.ts";

/** Who makes a container's control group: podman's words. */
export type CgroupManager = "systemd" | "cgroupfs";

/** A container's control group, before it is made. */
export interface ContainerGroup {
  /** As OCI has it: a path, or `slice:prefix:name` of a scope of systemd. */
  readonly cgroupsPath: string;
  /** Below the root of the hierarchies. */
  readonly path: string;
}

export interface GroupOptions {
  readonly cgroupManager?: CgroupManager | undefined;
  readonly cgroupParent?: string | undefined;
}

/**
 * Where the group of a container is to be. By docker's rule systemd makes it where that is process 1 and v2 alone is mounted:
 * the groups at the top are its own then.
 *
 * @throws UserError for a parent that is none; CgroupError for one that systemd would not take
 */
export function containerGroup(
  id: string,
  { kind }: Pick<Layout, "kind">,
  { cgroupManager, cgroupParent: parent }: GroupOptions = {},
): ContainerGroup {
  const manager = cgroupManager ?? (kind === "unified" && isSystemdBooted() ? "systemd" : "cgroupfs");
  if (manager === "cgroupfs") {
    const path = cgroupPath(`${parent ?? ""}${defaultPath(id)}`);
    return { cgroupsPath: path, path };
  }
  if (parent !== undefined && !parent.endsWith(".slice"))
    throw usage(
      "run",
      `invalid argument ${JSON.stringify(parent)} for --cgroup-parent: with systemd it is a slice, such as machine.slice`,
      "--cgroup-manager cgroupfs takes any path",
    );
  const cgroupsPath = `${parent ?? "system.slice"}:wb:${id}`;
  return { cgroupsPath, path: unitName(cgroupsPath).path };
}

/** Flat, in every hierarchy: a directory for all containers would stay behind, or be removed under another wb's feet. */
export function defaultPath(id: string): string {
  return `/wb-${id}`;
}
