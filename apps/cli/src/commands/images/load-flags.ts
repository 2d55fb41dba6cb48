/** `wb load`, `wb image load`: docker-load(1). */
export const LOAD = {
  name: "load",
  words: "",
  count: { least: 0, most: 0 },
  text: `Add the images of a tar archive, of stdin or of a file: of what wb save, docker, podman, skopeo or BuildKit has
written, also compressed.`,
  flags: {
    input: { type: "string", short: "i", value: "FILE", values: "file", help: "A file instead of stdin" },
    quiet: { type: "boolean", short: "q", help: "As without: wb shows no progress" },
  },
  examples: ["wb load -i base.tar", "wb load <base.tar.gz"],
  completes: [],
} as const;
