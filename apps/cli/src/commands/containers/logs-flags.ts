/** `wb logs`: docker-logs(1). */
export const LOGS = {
  name: "logs",
  words: "CONTAINER",
  count: { least: 1, most: 1 },
  text: "Show what a container has written.",
  flags: {
    follow: { type: "boolean", short: "f", help: "Go on as the container writes, until it has ended" },
    since: {
      type: "string",
      value: "string",
      help: "Show what came after a time: 2026-01-02T13:23:37Z, or 42m",
      values: "nothing",
    },
    tail: {
      type: "string",
      short: "n",
      value: "string",
      help: "Show so many lines from the end (default: all)",
      values: ["all"],
    },
    timestamps: { type: "boolean", short: "t", help: "Show when each line came" },
    until: { type: "string", value: "string", help: "Show what came before a time", values: "nothing" },
  },
  examples: ["wb logs --tail 20 -f web", "wb logs --since 10m --timestamps web"],
  completes: ["container", "nothing"],
} as const;
