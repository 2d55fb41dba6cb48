import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { debianRoot, describeTree, output, requires, temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import { unpack } from "../src/index.ts";

// `docker export` writes names without "./", no entry for the root, hard links, and pax headers where a name or a time needs them.
const EXPORT = [
  "--sort=name",
  "--numeric-owner",
  "--format=pax",
  "--pax-option=delete=atime,delete=ctime",
  "--xattrs",
  "--xattrs-include=*",
];

requires("root", "command:debootstrap", "command:getfattr")(
  "unpack() makes a Debian root again from what docker exports",
  async () => {
    const root = debianRoot();
    using directory = temporaryDirectory();
    const [archive, copy] = [join(directory.path, "root.tar"), join(directory.path, "copy")];
    mkdirSync(copy);
    output(["sh", "-c", `tar ${EXPORT.join(" ")} -cf "$0" *`, archive], { cwd: root });
    const { entries } = await unpack(archive, copy);
    expect(entries).toBe(output(["tar", "-tf", archive]).trimEnd().split("\n").length);
    const [made, original] = [describeTree(copy), describeTree(root)];
    // The root directory itself is in no entry.
    const below = (lines: readonly string[] = []): string[] => lines.filter((line) => !line.startsWith(" d "));
    expect({ ...made, directories: below(made["directories"]) }).toEqual({
      ...original,
      directories: below(original["directories"]),
    });
  },
  240_000,
);
