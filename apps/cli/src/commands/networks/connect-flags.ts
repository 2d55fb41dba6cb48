/** `wb network connect`: docker-network-connect(1). */
export const NETWORK_CONNECT = {
  name: "network connect",
  words: "NETWORK CONTAINER",
  count: { least: 2, most: 2 },
  text: "Connect a container to one more network, now if it runs, and whenever it is started.",
  flags: {
    alias: { type: "list", value: "NAME", help: "Another name for others on the network" },
    ip: { type: "string", value: "ADDRESS", help: "The address on the network: 172.30.0.9" },
    ip6: { type: "string", value: "ADDRESS", help: "The IPv6 address on the network" },
  },
  examples: ["wb network connect back web", "wb network connect --alias db --ip 172.30.0.9 back postgres"],
  completes: ["network", "container"],
} as const;

/** `wb network disconnect`: docker-network-disconnect(1). */
export const NETWORK_DISCONNECT = {
  name: "network disconnect",
  words: "NETWORK CONTAINER",
  count: { least: 2, most: 2 },
  text: "Take a container from a network, now if it runs, and for its next start.",
  flags: { force: { type: "boolean", short: "f", help: "Pass over a container that is not on it" } },
  examples: ["wb network disconnect back web"],
  completes: ["network", "container"],
} as const;

/** `wb network reload`: podman-network-reload(1). */
export const NETWORK_RELOAD = {
  name: "network reload",
  words: "",
  count: { most: 0 },
  text: `Put back what a firewall's flush, or a person, took away of the networks of containers that run: bridges, their
addresses, links beside them, rules and published ports.`,
  flags: {},
  examples: ["wb network reload"],
} as const;
