/** `wb volume rm`: docker-volume-rm(1). */
export const VOLUME_RM = {
  name: "volume rm",
  words: "VOLUME [VOLUME...]",
  count: { least: 1 },
  text: "Remove volumes and what is in them. One that a container has stays, also if the container does not run.",
  flags: {
    force: { type: "boolean", short: "f", help: "Pass over what is not there" },
  },
  examples: ["wb volume rm data", "wb volume rm $(wb volume ls -q -f dangling=true)"],
  completes: ["volume"],
} as const;
