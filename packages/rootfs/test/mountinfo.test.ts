import { spawnSync } from "node:child_process";
import { array, assert, constantFrom, integer, property, record, string } from "fast-check";
import { expect, test } from "vitest";
import { type MountInfo, parseMountinfo, readMountinfo } from "../src/index.ts";

test("parseMountinfo() reads the fields of a line", () => {
  const line = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw,errors=continue\n";
  expect(parseMountinfo(line)).toEqual([
    {
      id: 36,
      parent: 35,
      device: "98:0",
      root: "/mnt1",
      mountPoint: "/mnt2",
      options: ["rw", "noatime"],
      optionalFields: ["master:1", "propagate_from:2"],
      type: "ext3",
      source: "/dev/root",
      superOptions: ["rw", "errors=continue"],
    },
  ]);
});

test.each<[title: string, line: string, fields: Partial<MountInfo>]>([
  [
    "no optional field",
    "22 27 0:21 / /proc rw,relatime - proc proc rw",
    { mountPoint: "/proc", optionalFields: [], superOptions: ["rw"] },
  ],
  [
    "an optional field that nobody knows yet",
    "1 2 0:1 / / rw novel:7 - tmpfs tmpfs rw",
    { optionalFields: ["novel:7"] },
  ],
  [
    "a namespace",
    "149 26 0:4 net:[4026532177] /run/netns/a rw shared:1 - nsfs nsfs rw",
    { root: "net:[4026532177]", type: "nsfs" },
  ],
  [
    "a hyphen for its source",
    "74 46 0:50 / /mnt rw - tmpfs - rw",
    { source: "-", type: "tmpfs", superOptions: ["rw"] },
  ],
  ["no source", "74 46 0:50 / /mnt rw - tmpfs  rw", { source: "" }],
  ["a deleted root", "80 46 254:0 /tmp/a//deleted /mnt rw - ext4 /dev/vda rw", { root: "/tmp/a//deleted" }],
  ["a subtype", "90 46 0:60 / /mnt rw - fuse.sshfs host:/ rw,user_id=0", { type: "fuse.sshfs", source: "host:/" }],
  [
    "octal escapes",
    String.raw`74 46 0:50 /a\134b /with\040space\011tab\012newline\134back rw - tmpfs a\040\043b rw`,
    { root: "/a\\b", mountPoint: "/with space\ttab\nnewline\\back", source: "a #b" },
  ],
  [
    "UTF-8, which is not escaped",
    String.raw`74 46 0:50 / /käse\040brot rw - tmpfs ü rw`,
    { mountPoint: "/käse brot", source: "ü" },
  ],
  [
    "an overlay's escaped layers",
    String.raw`67 42 0:40 / / rw - overlay overlay rw,lowerdir=/a\134:b:/c\040d`,
    { superOptions: ["rw", "lowerdir=/a\\:b:/c d"] },
  ],
])("parseMountinfo() reads a line with %s", (_, line, fields) => {
  expect(parseMountinfo(line)).toMatchObject([fields]);
});

test.each([
  "nonsense",
  "36 35 98:0 / /mnt rw master:1",
  "36 35 98:0 / - ext3 /dev/root rw",
  "36 35 98:0 / /mnt rw - ext3",
])("parseMountinfo() refuses %j and shows it", (line) => {
  expect(() => parseMountinfo(`${line}\n`)).toThrow(
    new SyntaxError(`not a line of mountinfo: ${JSON.stringify(line)}`),
  );
});

test("parseMountinfo() reads whatever the kernel's escaping may write", () => {
  const path = string({ unit: "binary-ascii", maxLength: 12 }).map((text) => `/${text.replaceAll("\0", "")}`);
  const mounts = record({
    id: integer({ min: 0, max: 2 ** 31 }),
    parent: integer({ min: 0, max: 2 ** 31 }),
    device: constantFrom("0:21", "254:0"),
    root: path,
    mountPoint: path,
    options: constantFrom(["rw"], ["ro", "nosuid", "relatime"]),
    optionalFields: array(constantFrom("shared:1", "master:22", "unbindable")),
    type: constantFrom("ext4", "fuse.a b"),
    source: string({ unit: "binary-ascii", maxLength: 12 }).map((text) => text.replaceAll("\0", "")),
    superOptions: constantFrom(["rw"], ["rw", "size=4k"]),
  });
  assert(
    property(mounts, (mount) => {
      expect(parseMountinfo(kernelLine(mount))).toEqual([mount]);
    }),
  );
});

/** fs/proc_namespace.c: show_mountinfo() and mangle(). */
function kernelLine(mount: MountInfo): string {
  const mangle = (text: string): string =>
    text.replaceAll(/[ \t\n\\#]/gu, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
  const { id, parent, device, root, mountPoint, options, optionalFields, type, source, superOptions } = mount;
  const before = [id, parent, device, mangle(root), mangle(mountPoint), options.join(","), ...optionalFields];
  return `${before.join(" ")} - ${mangle(type)} ${mangle(source)} ${superOptions.join(",")}\n`;
}

test("readMountinfo() agrees with findmnt(8) about this machine", () => {
  const { stdout } = spawnSync("findmnt", ["--kernel", "--list", "--noheadings", "--output", "ID,TARGET,FSTYPE"], {
    encoding: "utf8",
  });
  const listed = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/u).join(" "));
  expect(
    readMountinfo()
      .map(({ id, mountPoint, type }) => `${id} ${mountPoint} ${type}`)
      .toSorted(),
  ).toEqual(listed.toSorted());
  expect(readMountinfo(process.pid)).toEqual(readMountinfo());
});
