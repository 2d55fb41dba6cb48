/** `wb network ls`: docker-network-ls(1). */
export const NETWORK_LS = {
  name: "network ls",
  words: "",
  count: { most: 0 },
  text: "List networks.",
  flags: {
    filter: {
      type: "list",
      short: "f",
      value: "filter",
      help: "Show those that match: dangling=true, driver=bridge, id=1f, label=a=b, name=web, type=custom",
    },
    format: { type: "string", value: "string", help: "Print by a template of Go, json, or table TEMPLATE" },
    "no-trunc": { type: "boolean", help: "Show whole ids" },
    quiet: { type: "boolean", short: "q", help: "Show only ids" },
  },
  examples: ["wb network ls", "wb network ls -q -f type=custom", "wb network ls --format '{{.Name}}: {{.Driver}}'"],
} as const;
