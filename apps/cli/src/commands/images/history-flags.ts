/** `wb history`, `wb image history`: docker-history(1). */
export const HISTORY = {
  name: "history",
  words: "IMAGE",
  count: { least: 1, most: 1 },
  text: "Show how an image was made, the last step first.",
  flags: {
    format: { type: "string", value: "string", help: "Print by a template of Go, json, or table TEMPLATE" },
    human: { type: "boolean", short: "H", help: "Sizes and times for people (default: true)" },
    "no-trunc": { type: "boolean", help: "Show whole ids and commands" },
    quiet: { type: "boolean", short: "q", help: "Show only ids" },
  },
  examples: ["wb history base:1", "wb history --no-trunc --format '{{.Size}} {{.CreatedBy}}' base:1"],
  completes: ["image"],
} as const;
