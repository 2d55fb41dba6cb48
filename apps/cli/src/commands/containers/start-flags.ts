/** `wb start`: docker-start(1). */
export const START = {
  name: "start",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Start containers that have ended, as they were started before.",
  flags: {
    attach: { type: "boolean", short: "a", help: "Show what it writes, and end with its exit status" },
    "detach-keys": { type: "string", value: "string", help: "Keys that detach from it (default: ctrl-p,ctrl-q)" },
    interactive: { type: "boolean", short: "i", help: "As -a, and pass on what is typed here" },
    "sig-proxy": { type: "boolean", help: "With -a: pass signals on to it, unless it has a terminal (default: true)" },
  },
  examples: ["wb start web", "wb start -ai shell"],
  completes: ["ended"],
} as const;
