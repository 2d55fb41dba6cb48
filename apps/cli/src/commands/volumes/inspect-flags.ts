/** `wb volume inspect`: docker-volume-inspect(1). */
export const VOLUME_INSPECT = {
  name: "volume inspect",
  words: "VOLUME [VOLUME...]",
  count: { least: 1 },
  text: "Show all that is known of volumes, as JSON.",
  flags: {
    format: {
      type: "string",
      short: "f",
      value: "string",
      help: "Print by a template of Go: '{{.Mountpoint}}', or json: in one line",
    },
  },
  examples: ["wb volume inspect data", "wb volume inspect -f '{{.Mountpoint}}' data"],
  completes: ["volume"],
} as const;
