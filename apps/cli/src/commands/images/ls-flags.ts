/** `wb images`, `wb image ls`: docker-images(1). */
export const IMAGES = {
  name: "images",
  words: "[REPOSITORY[:TAG]]",
  count: { most: 1 },
  text: "List images, those that were made last first.",
  flags: {
    all: { type: "boolean", short: "a", help: "As without: wb keeps no images of a build's steps" },
    digests: { type: "boolean", help: "Show by which digests registries know them" },
    filter: {
      type: "list",
      short: "f",
      value: "filter",
      help: "Show those that match: dangling=true, label=a=b, before=IMAGE, since=IMAGE, reference=PATTERN",
    },
    format: { type: "string", value: "string", help: "Print by a template of Go, json, or table TEMPLATE" },
    "no-trunc": { type: "boolean", help: "Show whole ids" },
    quiet: { type: "boolean", short: "q", help: "Show only ids" },
  },
  examples: ["wb images", "wb images -q -f dangling=true", "wb images --format '{{.Repository}}:{{.Tag}} {{.Size}}'"],
  completes: ["image"],
} as const;
