/** `wb cp`, `wb container cp`: docker-cp(1). */
export const CP = {
  name: "cp",
  words: "CONTAINER:SRC_PATH DEST_PATH|-  |  SRC_PATH|- CONTAINER:DEST_PATH",
  count: { least: 2, most: 2 },
  text: `Copy files and directories between a container and this machine.
- is a tar archive from stdin, or to stdout. SRC_PATH/. is what is in a directory, without the directory.
Copies are of root in the container, and of who copies outside of it, there without setuid and setgid bits.`,
  flags: {
    archive: { type: "boolean", short: "a", help: "Keep owners, modes and extended attributes as they are" },
    "follow-link": { type: "boolean", short: "L", help: "Follow a symbolic link in SRC_PATH" },
    quiet: { type: "boolean", short: "q", help: "Do not say what was copied" },
  },
  examples: ["wb cp web:/etc/nginx .", "wb cp page.html web:/srv/", "wb cp web:/var/log - | tar -t"],
} as const;
