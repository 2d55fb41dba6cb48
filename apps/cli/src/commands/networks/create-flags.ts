/** `wb network create`: docker-network-create(1). */
export const NETWORK_CREATE = {
  name: "network create",
  words: "NETWORK",
  count: { least: 1, most: 1 },
  text: "Make a network, with a bridge of this machine. Its containers reach each other by their names.",
  flags: {
    attachable: { type: "boolean", help: "Containers may be connected by hand: always so" },
    "aux-address": { type: "list", value: "name=IP", help: "An address that somebody else has" },
    driver: { type: "string", short: "d", value: "bridge", values: ["bridge"], help: "What makes the network: bridge" },
    gateway: { type: "list", value: "IP", help: "This machine's address on it (default: the first of the subnet)" },
    internal: { type: "boolean", help: "Nothing outside is reached from it" },
    "ip-range": {
      type: "list",
      value: "CIDR",
      help: "The part of the subnet that containers have their addresses from",
    },
    ipv6: { type: "boolean", help: "Give containers IPv6, too" },
    label: { type: "list", value: "key[=value]", help: "A label of the network" },
    opt: {
      type: "list",
      short: "o",
      value: "key=value",
      help: "com.docker.network.bridge.name, .enable_icc, .enable_ip_masquerade, com.docker.network.driver.mtu",
    },
    subnet: { type: "list", value: "CIDR", help: "Its addresses (default: a subnet that is free)" },
  },
  examples: [
    "wb network create front",
    "wb network create --subnet 172.30.0.0/16 --ip-range 172.30.5.0/24 back",
    ["wb network create --ipv6 --internal cluster", "which reaches nothing outside"],
  ],
  completes: ["nothing"],
} as const;
