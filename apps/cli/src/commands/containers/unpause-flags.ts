/** `wb unpause`: docker-unpause(1). */
export const UNPAUSE = {
  name: "unpause",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Let the processes of paused containers go on.",
  flags: {},
  examples: ["wb unpause web"],
  completes: ["paused"],
} as const;
