/** `wb diff`, `wb container diff`: docker-diff(1). */
export const DIFF = {
  name: "diff",
  words: "CONTAINER",
  count: { least: 1, most: 1 },
  text: "Show what a container has added (A), changed (C) and deleted (D) of its image's files.",
  flags: {},
  examples: ["wb diff web"],
  completes: ["container"],
} as const;
