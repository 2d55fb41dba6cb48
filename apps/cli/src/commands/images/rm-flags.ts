/** `wb rmi`, `wb image rm`: docker-rmi(1). */
export const RMI = {
  name: "rmi",
  words: "IMAGE [IMAGE...]",
  count: { least: 1 },
  text: "Remove images: by a name, which an image loses, and goes with its last; or by an id.",
  flags: {
    force: { type: "boolean", short: "f", help: "Also with several names, or where stopped containers are made of it" },
    "no-prune": { type: "boolean", help: "As without: wb has no untagged parents" },
  },
  examples: ["wb rmi base:1", "wb rmi $(wb images -q -f dangling=true)"],
  completes: ["image"],
} as const;
