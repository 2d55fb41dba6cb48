/** `wb top`: docker-top(1). */
export const TOP = {
  name: "top",
  words: "CONTAINER [PS OPTIONS]",
  count: { least: 1 },
  text: "Show the processes of a container, by this machine's ps(1), whose options come after its name (default: -ef).",
  flags: {},
  examples: ["wb top web", "wb top web -o pid,rss,cmd"],
  flagsFirst: true,
  completes: ["running", "nothing"],
} as const;
