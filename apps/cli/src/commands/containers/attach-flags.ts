/** `wb attach`: docker-attach(1). */
export const ATTACH = {
  name: "attach",
  words: "CONTAINER",
  count: { least: 1, most: 1 },
  text: "Connect this terminal, or these streams, with a container that runs.",
  flags: {
    "detach-keys": { type: "string", value: "string", help: "Keys that detach from it (default: ctrl-p,ctrl-q)" },
    "no-stdin": { type: "boolean", help: "Pass nothing in" },
    "sig-proxy": {
      type: "boolean",
      help: "Pass signals on to the container, unless it has a terminal (default: true)",
    },
  },
  examples: ["wb attach web", "wb attach --no-stdin --sig-proxy=false web"],
  completes: ["unpaused", "nothing"],
} as const;
