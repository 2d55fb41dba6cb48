import type { ContainerInfo } from "../containers/container-info.ts";

/** `NetworkSettings` of docker inspect (moby, api/types, NetworkSettings). */
export function networkDocument({ config, state, record }: Pick<ContainerInfo, "config" | "state" | "record">): object {
  const isAlive = state === "running" || state === "paused";
  const { net } = config.options;
  return {
    Bridge: "",
    SandboxID: "",
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    Ports: new Map(),
    SandboxKey: isAlive && net !== "host" && record !== undefined ? `/proc/${record.init_process_pid}/ns/net` : "",
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    ...NO_ENDPOINT,
    Networks: new Map([
      [net, { IPAMConfig: null, Links: null, Aliases: null, NetworkID: "", ...NO_ENDPOINT, DriverOpts: null }],
    ]),
  };
}

const NO_ENDPOINT = {
  EndpointID: "",
  Gateway: "",
  GlobalIPv6Address: "",
  GlobalIPv6PrefixLen: 0,
  IPAddress: "",
  IPPrefixLen: 0,
  IPv6Gateway: "",
  MacAddress: "",
} as const;
