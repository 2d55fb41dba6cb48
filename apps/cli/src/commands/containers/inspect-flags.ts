/** `wb inspect`: docker-inspect(1). */
export const INSPECT = {
  name: "inspect",
  words: "NAME|ID [NAME|ID...]",
  count: { least: 1 },
  text: "Show all that is known of containers and volumes, as JSON.",
  flags: {
    format: {
      type: "string",
      short: "f",
      value: "string",
      help: "Print by a template of Go: '{{.State.Pid}}', or json: in one line",
      values: ["json"],
    },
    size: { type: "boolean", short: "s", help: "Show the size of containers, too" },
    type: {
      type: "string",
      value: "string",
      help: "Look only for this kind of thing: container or volume",
      values: ["container", "volume"],
    },
  },
  examples: [
    "wb inspect web",
    "wb inspect -f '{{.State.Pid}} {{.State.Status}}' web",
    "wb inspect -f '{{json .Mounts}}' web",
  ],
  completes: ["container"],
} as const;

/** `wb container inspect`: docker-container-inspect(1). */
export const CONTAINER_INSPECT = {
  name: "container inspect",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Show all that is known of containers, as JSON.",
  flags: {
    format: {
      type: "string",
      short: "f",
      value: "string",
      help: "Print by a template of Go: '{{.State.Pid}}', or json: in one line",
      values: ["json"],
    },
    size: { type: "boolean", short: "s", help: "Show the size of containers, too" },
  },
  examples: ["wb container inspect web", "wb container inspect -f '{{.State.Status}}' web"],
  completes: ["container"],
} as const;
