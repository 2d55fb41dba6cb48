/** `wb volume create`: docker-volume-create(1). */
export const VOLUME_CREATE = {
  name: "volume create",
  words: "[VOLUME]",
  count: { most: 1 },
  text: "Make a volume. One that is there is left as it is.",
  flags: {
    driver: { type: "string", short: "d", value: "string", help: "local (default), or tmpfs: in memory" },
    label: { type: "list", value: "key[=value]", help: "A label of the volume" },
    opt: {
      type: "list",
      short: "o",
      value: "key=value",
      help: "What the driver mounts: type=, device= and o=, mount(8)",
    },
  },
  examples: [
    "wb volume create data",
    "wb volume create -d tmpfs -o size=64m scratch",
    "wb volume create -o type=none -o device=/srv/data -o o=bind data",
  ],
  completes: ["nothing"],
} as const;
