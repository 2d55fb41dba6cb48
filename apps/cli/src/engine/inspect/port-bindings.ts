import type { PublishSpec } from "@wb/net";

/** `PortBindings` of docker inspect: what was asked for by `-p`. */
export function portBindings(ports: readonly PublishSpec[]): ReadonlyMap<string, readonly object[]> {
  const bindings = new Map<string, object[]>();
  for (const { hostAddress = "", hostPorts, containerPort, protocol } of ports) {
    const key = `${containerPort}/${protocol}`;
    bindings.set(key, [...(bindings.get(key) ?? []), { HostIp: hostAddress, HostPort: rangeText(hostPorts) }]);
  }
  return bindings;
}

function rangeText(ports: PublishSpec["hostPorts"]): string {
  if (ports === undefined) return "";
  return ports.first === ports.last ? String(ports.first) : `${ports.first}-${ports.last}`;
}
