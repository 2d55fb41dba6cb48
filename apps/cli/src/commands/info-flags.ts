/** `wb info`, and so `wb system info`. */
export const INFO = {
  name: "info",
  words: "",
  count: { most: 0 },
  text: `Show this machine as wb sees it: kernel, control groups, id maps, and what wb can do here and what it cannot, found out
by trying. Needs no privileges, and tells what this user can do.`,
  flags: {
    format: {
      type: "string",
      short: "f",
      value: "string",
      help: "Print by a template of Go, with docker's names: '{{.ContainersRunning}}', or json",
      values: ["json"],
    },
    json: { type: "boolean", help: "Print JSON, with names of wb" },
  },
  examples: ["wb info", "wb info --json | jq '.abilities[] | select(.works | not)'"],
} as const;
