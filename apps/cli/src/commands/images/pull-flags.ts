/** `wb pull`, `wb image pull`: docker-pull(1). */
export const PULL = {
  name: "pull",
  words: "NAME[:TAG|@DIGEST]",
  count: { least: 1, most: 1 },
  text: "Take an image from its registry.",
  flags: {
    "all-tags": { type: "boolean", short: "a", help: "All tags of the repository" },
    platform: { type: "string", value: "OS/ARCH", help: "For what machine (default: this one)" },
    quiet: { type: "boolean", short: "q", help: "Print the whole name alone" },
  },
  examples: ["wb pull busybox", "wb pull --platform linux/arm64 registry.example:5000/team/app:1"],
  completes: ["image"],
} as const;
