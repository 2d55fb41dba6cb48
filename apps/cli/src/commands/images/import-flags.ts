/** `wb import`, `wb image import`: docker-import(1). */
export const IMPORT = {
  name: "import",
  words: "FILE|- [REPOSITORY[:TAG]]",
  count: { least: 1, most: 2 },
  text: "Make an image of one layer of a tar archive with a root file system: of a file, or with - of stdin.",
  flags: {
    change: {
      type: "list",
      short: "c",
      value: "INSTRUCTION",
      help: "An instruction of a Dockerfile for the image's configuration",
    },
    message: { type: "string", short: "m", value: "string", help: "What its history says of it" },
    platform: { type: "string", value: "OS/ARCH", help: "What it is for (default: this machine)" },
  },
  examples: [`wb import -c 'CMD ["sh"]' debian.tar.xz debian`, "wb import - base:1 <root.tar"],
  completes: ["file", "image"],
} as const;
