/** `wb rm`: docker-rm(1). */
export const RM = {
  name: "rm",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Remove containers.",
  flags: {
    force: { type: "boolean", short: "f", help: "Kill what runs" },
    volumes: { type: "boolean", short: "v", help: "Remove their volumes that have no names, too" },
  },
  examples: ["wb rm web", "wb rm -f $(wb ps -aq)"],
  completes: ["container"],
} as const;
