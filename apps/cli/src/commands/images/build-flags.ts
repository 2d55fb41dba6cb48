/** `wb build`, `wb image build`: docker-build(1). */
export const BUILD = {
  name: "build",
  words: "PATH",
  count: { least: 1, most: 1 },
  text: "Build an image from a Dockerfile, and the files of a directory.",
  flags: {
    "build-arg": { type: "list", value: "K[=V]", help: "The value of an ARG; K alone takes that of this environment" },
    file: {
      type: "string",
      short: "f",
      value: "FILE",
      values: "file",
      help: "The Dockerfile (default: PATH/Dockerfile); - for stdin",
    },
    iidfile: { type: "string", value: "FILE", values: "file", help: "Write the image's id to a file" },
    label: { type: "list", value: "K=V", help: "A label of the image" },
    "no-cache": { type: "boolean", help: "Make everything again" },
    network: {
      type: "string",
      value: "default|none|host",
      values: ["default", "none", "host"],
      help: "The network of RUN",
    },
    platform: { type: "string", value: "OS/ARCH", help: "What the image is for (default: this machine)" },
    pull: { type: "boolean", help: "Get images of FROM from their registries, whether they are here or not" },
    quiet: { type: "boolean", short: "q", help: "Print only the image's id" },
    secret: { type: "list", value: "id=ID,src=FILE", help: "A file for RUN --mount=type=secret" },
    tag: { type: "list", short: "t", value: "NAME[:TAG]", help: "A name of the image" },
    target: { type: "string", value: "STAGE", help: "The stage that is built (default: the last)" },
  },
  examples: ["wb build -t app:1 .", "wb build -t app:dev --target dev --build-arg VERSION=2 ."],
  completes: ["directory"],
} as const;
