/** `wb image prune`: docker-image-prune(1). */
export const IMAGE_PRUNE = {
  name: "image prune",
  words: "",
  count: { most: 0 },
  text: "Remove images that have lost their name and that no container is made of, and what no image has of the store.",
  flags: {
    all: { type: "boolean", short: "a", help: "Also images that have names" },
    filter: {
      type: "list",
      value: "filter",
      help: "Remove those that match: until=24h, label=a=b, label!=keep",
      values: "nothing",
    },
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  examples: ["wb image prune", "wb image prune -af --filter until=240h"],
} as const;

/** `wb builder prune`: docker-builder-prune(1). */
export const BUILDER_PRUNE = {
  name: "builder prune",
  words: "",
  count: { most: 0 },
  text: "Forget what builds keep for the next ones.",
  flags: {
    all: { type: "boolean", short: "a", help: "Also what is in caches of RUN --mount=type=cache" },
    force: { type: "boolean", short: "f", help: "Do not ask" },
  },
  examples: ["wb builder prune -f"],
} as const;
