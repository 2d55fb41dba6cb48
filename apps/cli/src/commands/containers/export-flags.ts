/** `wb export`, `wb container export`: docker-export(1). */
export const EXPORT = {
  name: "export",
  words: "CONTAINER",
  count: { least: 1, most: 1 },
  text: `Write a container's root file system as a tar archive: its image's files with its changes.
What is mounted in it is not part of it.`,
  flags: {
    output: { type: "string", short: "o", value: "FILE", help: "Write to a file, instead of stdout", values: "file" },
  },
  examples: ["wb export web >web.tar", "wb export -o web.tar web"],
  completes: ["container"],
} as const;
