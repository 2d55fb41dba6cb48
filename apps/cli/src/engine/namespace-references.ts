import type { SpecNamespace, SpecNamespaceReference } from "../oci/spec-linux.ts";
import type { JoinedNamespaces } from "./joined-namespaces.ts";
import type { NamespaceFlag } from "./options/namespace-mode.ts";
import type { NetworkMode } from "./options/network-mode.ts";
import type { RunOptions } from "./run-options.ts";

/** A container's namespaces: new ones, those of others by their paths, and the machine's, which are not named. */
export function namespaceReferences(
  { net, usernsRemap, namespaces }: RunOptions,
  joined: JoinedNamespaces | undefined,
): SpecNamespaceReference[] {
  const reference = (type: SpecNamespace, flag: NamespaceFlag): SpecNamespaceReference[] => {
    const path = joined?.paths[flag];
    if (path !== undefined) return [{ type, path }];
    return namespaces[flag]?.mode === "host" ? [] : [{ type }];
  };
  return [
    ...(usernsRemap.length === 0 ? [] : reference("user", "userns")),
    { type: "mount" },
    ...reference("pid", "pid"),
    ...reference("ipc", "ipc"),
    ...reference("uts", "uts"),
    ...reference("cgroup", "cgroupns"),
    ...networkReference(net, joined),
  ];
}

function networkReference(net: NetworkMode, joined: JoinedNamespaces | undefined): SpecNamespaceReference[] {
  if (net.mode === "host") return [];
  const path = net.mode === "ns" ? net.path : joined?.network?.path;
  return [path === undefined ? { type: "network" } : { type: "network", path }];
}
