import type { PublishSpec } from "@wb/net";
import type { NetworkOptions } from "../network-options.ts";

/** What `-p` asks for, and with `-P` each exposed port that it does not name. */
export function wantedPorts({
  ports,
  exposed,
  publishAll,
}: Pick<NetworkOptions, "ports" | "exposed" | "publishAll">): PublishSpec[] {
  if (!publishAll) return [...ports];
  const named = new Set(ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`));
  const more = exposed.filter(({ port, protocol }) => !named.has(`${port}/${protocol}`));
  return [
    ...ports,
    ...more.map(({ port, protocol }) => ({
      hostAddress: undefined,
      hostPorts: undefined,
      containerPort: port,
      protocol,
    })),
  ];
}
