import { type IdMap, idOutside, type IdMaps } from "@wb/ns";
import type { Owner } from "@wb/rootfs";
import { call, CLONE, PR, type Program, step, userSteps, type Value, value } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { SpecIdMapping } from "../oci/spec-linux.ts";

/** The cell with the file descriptor of the container's user namespace. */
export const USER_NAMESPACE_CELL = "user namespace";
export const USER_NAMESPACE: Value = value(USER_NAMESPACE_CELL);

/** The ids of a user namespace, and those outside that they stand for. */
export type MappedIds = Required<Pick<IdMaps, "uidMap" | "gidMap">>;

/** The ids of a container's own user namespace; undefined where it has the caller's. */
export function userNamespaceMaps({ linux }: CompleteSpec): MappedIds | undefined {
  if (!linux.namespaces.some(({ type }) => type === "user")) return undefined;
  return { uidMap: idMaps(linux.uidMappings), gidMap: idMaps(linux.gidMappings) };
}

/** Who a user of the container is outside. */
export function ownerOutside({ uidMap, gidMap }: MappedIds, { uid, gid }: Owner): Owner {
  return { uid: required(uidMap, uid), gid: required(gidMap, gid) };
}

/**
 * The Steps before the container's user namespace is entered: the process makes what only the machine's root may make in a
 * mount namespace of its own, which the container's begins as a copy of.
 */
export function outsideSteps(rootPath: string, { rootfs, mounts }: { rootfs: Program; mounts: Program }): Program {
  return [
    step("make a mount namespace for what only root may mount", [call("unshare", CLONE.NEWNS)], "unshare --mount"),
    ...rootfs,
    // The directories above may be closed to the container's root; the copy of the namespace keeps the working directory.
    step(`wait in ${rootPath} for the container's own mount namespace`, [call("chdir", rootPath)], `cd ${rootPath}`),
    ...mounts,
  ];
}

/**
 * The Steps that enter it, as its root: whoever makes files or namespaces there must have an id in it. Its groups go, or stay
 * for a process that is to have them: an ordinary user may not give them up.
 */
export function enterUserNamespace({ keepGroups }: { readonly keepGroups: boolean }): Program {
  return [
    step(
      "enter the user namespace, where no process may trace this one",
      [call("prctl", PR.SET_DUMPABLE, 0), call("setns", USER_NAMESPACE, CLONE.NEWUSER)],
      "nsenter --user=…",
    ),
    ...userSteps({ uid: 0, gid: 0, ...(keepGroups ? { groups: "keep" as const } : {}) }),
  ];
}

export function idMaps(mappings: readonly SpecIdMapping[] = []): IdMap[] {
  return mappings.map(({ containerID, hostID, size }) => ({ inside: containerID, outside: hostID, count: size }));
}

function required(maps: readonly IdMap[], id: number): number {
  const outside = idOutside(maps, id);
  if (outside === undefined) throw new RangeError(`the id ${id} is in none of the container's id mappings`);
  return outside;
}
