/** `wb explain`. */
export const EXPLAIN = {
  name: "explain",
  words: "run [RUN OPTIONS] COMMAND [ARG...]",
  count: { least: 1 },
  text: `Print every step and system call that wb run would make, in order, with the shell command that does the same.
Nothing is done, and no privileges are needed.`,
  flags: { json: { type: "boolean", help: "Print JSON" } },
  examples: ["wb explain run --net none --rootfs /:O -m 64m sh"],
  flagsFirst: true,
  completes: [["run"], "command", "file"],
} as const;
