/** `wb version`. */
export const VERSION = {
  name: "version",
  words: "",
  count: { most: 0 },
  text: "Print the version, as wb --version does; with --format more.",
  flags: {
    format: {
      type: "string",
      short: "f",
      value: "string",
      help: "Print by a template of Go: '{{.Server.Version}}', or json",
      values: "nothing",
    },
  },
  examples: ["wb version", "wb version --format '{{.Server.Version}}'"],
} as const;
