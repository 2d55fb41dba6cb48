/** `wb container prune`. */
export const CONTAINER_PRUNE = {
  name: "container prune",
  words: "",
  count: { most: 0 },
  text: "Remove all containers that do not run.",
  flags: {
    filter: {
      type: "list",
      value: "filter",
      help: "Remove those that match: until=24h, label=a=b, label!=keep",
      values: "nothing",
    },
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  examples: ["wb container prune", "wb container prune -f --filter until=24h"],
} as const;
