/** `wb network rm`: docker-network-rm(1). */
export const NETWORK_RM = {
  name: "network rm",
  words: "NETWORK [NETWORK...]",
  count: { least: 1 },
  text: "Remove networks that no container that runs is on.",
  flags: { force: { type: "boolean", short: "f", help: "Pass over what is not there" } },
  examples: ["wb network rm front", "wb network rm $(wb network ls -q -f type=custom)"],
  completes: ["network"],
} as const;
