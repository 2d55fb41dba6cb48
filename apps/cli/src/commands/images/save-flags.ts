/** `wb save`, `wb image save`: docker-save(1). */
export const SAVE = {
  name: "save",
  words: "IMAGE [IMAGE...]",
  count: { least: 1 },
  text: `Write images to a tar archive, which docker, podman and tools for OCI layouts read: to stdout, or to a file.
A repository without a tag stands for all of its images.`,
  flags: {
    output: {
      type: "string",
      short: "o",
      value: "FILE",
      values: "file",
      help: "A file instead of stdout, which is there once it is whole",
    },
  },
  examples: ["wb save -o base.tar base:1", "wb save base:1 | ssh other wb load"],
  completes: ["image"],
} as const;
