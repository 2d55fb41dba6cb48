/** `wb image inspect`: docker-image-inspect(1). */
export const IMAGE_INSPECT = {
  name: "image inspect",
  words: "IMAGE [IMAGE...]",
  count: { least: 1 },
  text: "Show all that is known of images, as JSON.",
  flags: {
    format: {
      type: "string",
      short: "f",
      value: "string",
      help: "Print by a template of Go: '{{json .Config.Env}}', or json: in one line",
    },
  },
  examples: ["wb image inspect busybox", "wb image inspect -f '{{json .RootFS.Layers}}' busybox"],
  completes: ["image"],
} as const;
