/** `wb network prune`: docker-network-prune(1). */
export const NETWORK_PRUNE = {
  name: "network prune",
  words: "",
  count: { most: 0 },
  text: "Remove networks that no container that runs is on.",
  flags: {
    filter: { type: "list", value: "filter", help: "Remove those that match: until=24h, label=a=b, label!=keep" },
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  examples: ["wb network prune", "wb network prune -f --filter until=24h"],
} as const;
