/** `wb stats`: docker-stats(1). */
export const STATS = {
  name: "stats",
  words: "[CONTAINER...]",
  text: "Show what containers use: of those that run, or of those that are named. On a terminal until q is typed.",
  flags: {
    all: { type: "boolean", short: "a", help: "Show also containers that do not run" },
    format: {
      type: "string",
      value: "string",
      help: "Print a Go template, a table of one, or json; also .CPUPressure, .MemPressure, .IOPressure",
      values: ["json", "table"],
    },
    "no-stream": { type: "boolean", help: "Show what is used in one second, and end" },
    "no-trunc": { type: "boolean", help: "Cut nothing" },
  },
  examples: ["wb stats --no-stream", `wb stats --format 'table {{.Name}}\\t{{.CPUPerc}}\\t{{.CPUPressure}}' web db`],
  completes: ["running"],
} as const;
