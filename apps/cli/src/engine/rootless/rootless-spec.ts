import { type IdMap, idOutside } from "@wb/ns";
import type { Mount } from "@wb/rootfs";
import type { CompleteSpec } from "../../oci/complete-spec.ts";
import type { SpecIdMapping, SpecLinux, SpecNamespaceReference } from "../../oci/spec-linux.ts";
import type { MappedIds } from "../../runtime/user-namespace.ts";
import { rootlessUser } from "./rootless-user.ts";

/**
 * A configuration as an ordinary user can have it, by runc's rules for its own `spec --rootless`: a user namespace, no rules for
 * devices, which take privileges, and no group that has no id in it.
 *
 * @throws UserError for a user without an id
 */
export function rootlessSpec(spec: CompleteSpec, { uidMap, gidMap }: MappedIds): CompleteSpec {
  const { linux, process, mounts } = spec;
  const { devices: _devices, ...resources } = linux.resources;
  const ids: Pick<SpecLinux, "uidMappings" | "gidMappings"> = {
    uidMappings: mappings(uidMap),
    gidMappings: mappings(gidMap),
  };
  return {
    ...spec,
    process: { ...process, user: rootlessUser(process.user, ids) },
    mounts: mounts.map((mount) => withoutUnmappedGroup(mount, gidMap)),
    linux: {
      ...linux,
      ...ids,
      namespaces: [userNamespace(linux), ...linux.namespaces.filter(({ type }) => type !== "user")],
      resources,
    },
  };
}

/** Who enters namespaces of another container needs privileges there: those of its user namespace, which has the same ids. */
function userNamespace({ namespaces }: CompleteSpec["linux"]): SpecNamespaceReference {
  const [joined] = namespaces.flatMap(({ path = "" }) => /^\/proc\/\d+\/ns\//.exec(path) ?? []);
  return joined === undefined ? { type: "user" } : { type: "user", path: `${joined}user` };
}

function mappings(maps: readonly IdMap[]): SpecIdMapping[] {
  return maps.map(({ inside, outside, count }) => ({ containerID: inside, hostID: outside, size: count }));
}

/** devpts(5) knows no group without an id. */
function withoutUnmappedGroup<T extends Mount>(mount: T, gidMap: readonly IdMap[]): T {
  if (mount.type !== "devpts") return mount;
  const isMapped = (word: string): boolean => idOutside(gidMap, Number(word.slice("gid=".length))) !== undefined;
  return { ...mount, options: (mount.options ?? []).filter((word) => !word.startsWith("gid=") || isMapped(word)) };
}
