/** `wb pause`: docker-pause(1). */
export const PAUSE = {
  name: "pause",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Stop all processes of containers where they are.",
  flags: {},
  examples: ["wb pause web"],
  completes: ["unpaused"],
} as const;
