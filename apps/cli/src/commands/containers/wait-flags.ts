/** `wb wait`: docker-wait(1). */
export const WAIT = {
  name: "wait",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Wait until containers have ended, and print their exit statuses.",
  flags: {},
  examples: ["wb wait $(wb run -d builder make)"],
  completes: ["container"],
} as const;
