/** `wb commit`, `wb container commit`: docker-commit(1). */
export const COMMIT = {
  name: "commit",
  words: "CONTAINER [REPOSITORY[:TAG]]",
  count: { least: 1, most: 2 },
  text: "Make an image of what a container has changed, on the image that it is of.",
  flags: {
    author: { type: "string", short: "a", value: "string", help: "Who made it: 'Jane <jane@example.org>'" },
    change: {
      type: "list",
      short: "c",
      value: "INSTRUCTION",
      help: "An instruction of a Dockerfile for the image's configuration",
    },
    message: { type: "string", short: "m", value: "string", help: "What its history says of it" },
    pause: { type: "boolean", short: "p", help: "Pause the container meanwhile (default true)" },
  },
  examples: ["wb commit web web:changed", `wb commit -m "with a file" -c 'CMD ["sh"]' web base:2`],
  completes: ["container", "image"],
} as const;
