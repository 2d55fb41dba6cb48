/** `wb network inspect`: docker-network-inspect(1). */
export const NETWORK_INSPECT = {
  name: "network inspect",
  words: "NETWORK [NETWORK...]",
  count: { least: 1 },
  text: "Show all that is known of networks, as JSON, and which containers are on them.",
  flags: {
    format: {
      type: "string",
      short: "f",
      value: "string",
      help: "Print by a template of Go: '{{json .Containers}}', or json: in one line",
    },
    verbose: { type: "boolean", short: "v", help: "As without: there is no more to tell" },
  },
  examples: ["wb network inspect bridge", "wb network inspect -f '{{(index .IPAM.Config 0).Subnet}}' bridge"],
  completes: ["network"],
} as const;
