/** `wb ps`: docker-ps(1). */
export const PS = {
  name: "ps",
  words: "",
  count: { most: 0 },
  text: "List containers.",
  flags: {
    all: { type: "boolean", short: "a", help: "Show all containers (default: just those that run)" },
    filter: {
      type: "list",
      short: "f",
      value: "filter",
      help: "Show those that match: status=exited, name=web, label=a=b",
      values: "nothing",
    },
    format: {
      type: "string",
      value: "string",
      help: "Print by a template of Go, also as a table ('table {{.ID}}\\t{{.Names}}'), or json: one line for each",
    },
    last: {
      type: "string",
      short: "n",
      value: "int",
      help: "Show the last n that were created, whatever their state",
      values: "nothing",
    },
    latest: { type: "boolean", short: "l", help: "Show the one that was created last" },
    "no-trunc": { type: "boolean", help: "Cut nothing" },
    quiet: { type: "boolean", short: "q", help: "Show only ids" },
    size: { type: "boolean", short: "s", help: "Show how much each has written" },
  },
  examples: ["wb ps -a", "wb ps -q --filter label=stage=test", "wb ps --format '{{.Names}}: {{.Status}}'"],
} as const;
