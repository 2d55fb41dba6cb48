/** `wb system prune`. */
export const SYSTEM_PRUNE = {
  name: "system prune",
  words: "",
  count: { most: 0 },
  text: `Remove what nobody uses: containers that do not run, networks that none is on, images without a name, what builds
keep for the next ones, and with --volumes anonymous volumes that no container has.`,
  flags: {
    all: {
      type: "boolean",
      short: "a",
      help: "All images that no container is made of, and not only those without a name",
    },
    filter: {
      type: "list",
      value: "filter",
      help: "Remove what matches: until=24h, label=a=b, label!=keep",
      values: "nothing",
    },
    force: { type: "boolean", short: "f", help: "Do not ask" },
    volumes: { type: "boolean", help: "Remove anonymous volumes, too" },
  },
  examples: ["wb system prune", "wb system prune -f --volumes --filter label=stage=test"],
} as const;
