/** `wb tag`, `wb image tag`: docker-tag(1). */
export const TAG = {
  name: "tag",
  words: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
  count: { least: 2, most: 2 },
  text: "Give an image one more name.",
  flags: {},
  examples: ["wb tag base:1 localhost:5000/base:1"],
  completes: ["image", "image"],
} as const;
