/** `wb port`: docker-port(1). */
export const PORT = {
  name: "port",
  words: "CONTAINER [PRIVATE_PORT[/PROTO]]",
  count: { least: 1, most: 2 },
  text: "Show where ports of a container are published on this machine.",
  flags: {},
  examples: ["wb port web", "wb port web 53/udp"],
  completes: ["container", "nothing"],
} as const;
