import type { Mount } from "@wb/rootfs";
import type { NetworkOptions } from "../network-options.ts";

/** Whether a container has files of wb's: one without a network has its root's own, unless something is asked of them. */
export function hasNetworkFiles({ net, dns, dnsSearch, dnsOptions, extraHosts }: NetworkOptions): boolean {
  if (net.mode === "container") return false;
  return net.mode !== "none" || [dns, dnsSearch, dnsOptions, extraHosts].some((texts) => texts.length > 0);
}

/** Where a container has them, unless it has mounts of its own there. */
export function networkFileMounts(directory: string, { readonly }: { readonly readonly: boolean }): Mount[] {
  const options = ["bind", "rprivate", ...(readonly ? ["ro"] : [])];
  return NETWORK_FILES.map((name) => ({
    destination: `/etc/${name}`,
    type: "bind",
    source: `${directory}/${name}`,
    options,
  }));
}

/** The files of a container's network that it has from wb, by their names in its directory. */
export const NETWORK_FILES = ["resolv.conf", "hostname", "hosts"] as const;
