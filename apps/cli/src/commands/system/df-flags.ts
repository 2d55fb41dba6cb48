/** `wb system df`. */
export const SYSTEM_DF = {
  name: "system df",
  words: "",
  count: { most: 0 },
  text: "Show how much images, containers and volumes take, and how much of that wb system prune would free.",
  flags: {
    format: {
      type: "string",
      value: "string",
      help: "Print by a template of Go, also as a table ('table {{.Type}}\\t{{.Size}}'), or json",
      values: "nothing",
    },
    verbose: { type: "boolean", short: "v", help: "Show each of them" },
  },
  examples: ["wb system df", "wb system df -v", "wb system df --format '{{.Type}}: {{.Reclaimable}}'"],
} as const;
