/** `wb rename`: docker-rename(1). */
export const RENAME = {
  name: "rename",
  words: "CONTAINER NEW_NAME",
  count: { least: 2, most: 2 },
  text: "Give a container another name.",
  flags: {},
  examples: ["wb rename web old-web"],
  completes: ["container", "nothing"],
} as const;
