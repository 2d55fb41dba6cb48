/** `wb volume ls`: docker-volume-ls(1). */
export const VOLUME_LS = {
  name: "volume ls",
  words: "",
  count: { most: 0 },
  text: "List volumes.",
  flags: {
    filter: {
      type: "list",
      short: "f",
      value: "filter",
      help: "Show those that match: dangling=true, driver=local, label=a=b, name=data",
    },
    format: { type: "string", value: "string", help: "Print by a template of Go, json, or table TEMPLATE" },
    quiet: { type: "boolean", short: "q", help: "Show only names" },
  },
  examples: ["wb volume ls", "wb volume ls -q -f dangling=true", "wb volume ls --format '{{.Name}}: {{.Mountpoint}}'"],
} as const;
