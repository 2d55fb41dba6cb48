/** `wb volume prune`: docker-volume-prune(1). */
export const VOLUME_PRUNE = {
  name: "volume prune",
  words: "",
  count: { most: 0 },
  text: "Remove volumes that no container has.",
  flags: {
    all: { type: "boolean", short: "a", help: "Remove those that have names, too" },
    filter: { type: "list", value: "filter", help: "Remove those that match: label=a=b, label!=a" },
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  examples: ["wb volume prune", "wb volume prune -af --filter label=stage=test"],
} as const;
