import type { RunOptions } from "../run-options.ts";

/** What a container asks for on one network. */
export interface EndpointSettings {
  readonly aliases: readonly string[];
  readonly ip: string | undefined;
  readonly ip6: string | undefined;
  readonly mac: string | undefined;
}

/** On the first network what its own flags say, and on others what `wb network connect` did. */
export function endpointSettings(options: RunOptions, network: string): EndpointSettings {
  const { net, aliases, ip, ip6, mac, connected = {} } = options;
  const isFirst = net.mode === "networks" && net.networks[0] === network;
  return connected[network] ?? (isFirst ? { aliases, ip, ip6, mac } : { aliases, ...NOTHING });
}

const NOTHING = { ip: undefined, ip6: undefined, mac: undefined } as const;
