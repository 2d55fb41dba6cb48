/** `wb kill`: docker-kill(1). */
export const KILL = {
  name: "kill",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Send a signal to the first process of containers.",
  flags: {
    signal: {
      type: "string",
      short: "s",
      value: "string",
      help: "Signal to send (default: SIGKILL)",
      values: "signal",
    },
  },
  examples: ["wb kill -s HUP web"],
  completes: ["running"],
} as const;
