/** `wb push`, `wb image push`: docker-push(1). */
export const PUSH = {
  name: "push",
  words: "NAME[:TAG]",
  count: { least: 1, most: 1 },
  text: "Give an image to the registry of its name.",
  flags: {
    "all-tags": { type: "boolean", short: "a", help: "All names of the repository that are here" },
    quiet: { type: "boolean", short: "q", help: "Print the whole name alone" },
  },
  examples: ["wb tag app registry.example:5000/team/app:1 && wb push registry.example:5000/team/app:1"],
  completes: ["image"],
} as const;
