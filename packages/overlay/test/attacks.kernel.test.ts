import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { archive, chunks, describeTree, type Entry, output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { TarError, unpack } from "../src/index.ts";

/** What an attack is to come to: an error with this in its message, or these files inside the directory and nothing else. */
type Outcome = { readonly refused: RegExp } | { readonly inside: readonly string[] };

interface Attack {
  readonly title: string;
  /** `OUT` in names stands for the path of the tree outside that must stay as it is. */
  readonly entries: readonly Entry[];
  readonly outcome: Outcome;
}

const link = (name: string, linkname: string): Entry => ({ name, typeflag: "2", linkname });
const hard = (name: string, linkname: string): Entry => ({ name, typeflag: "1", linkname });
const file = (name: string): Entry => ({ name, content: "evil" });
const dir = (name: string): Entry => ({ name, typeflag: "5" });

const attacks: readonly Attack[] = [
  { title: "a name with ..", entries: [file("../canary/evil")], outcome: { refused: /component "\.\."/u } },
  {
    title: "a name with .. in the middle",
    entries: [dir("a"), file("a/../../canary/evil")],
    outcome: { refused: /component "\.\."/u },
  },
  { title: "a name that ends with ..", entries: [dir("a/..")], outcome: { refused: /component "\.\."/u } },
  { title: "a name that is ..", entries: [{ ...dir(".."), mode: 0o777 }], outcome: { refused: /component "\.\."/u } },
  {
    title: "a long name of pax with ..",
    entries: [{ name: "x", content: "evil", pax: { path: "../canary/evil" } }],
    outcome: { refused: /component "\.\."/u },
  },
  {
    title: "a long name of GNU with ..",
    entries: [{ name: "././@LongLink", typeflag: "L", content: "../canary/evil\0" }, file("x")],
    outcome: { refused: /component "\.\."/u },
  },
  {
    title: "a prefix with ..",
    entries: [{ ...file("evil"), prefix: "../canary" }],
    outcome: { refused: /component "\.\."/u },
  },
  { title: "an absolute name", entries: [file("OUT/evil")], outcome: { inside: ["canary/evil"] } },
  {
    title: "an absolute name with slashes before it",
    entries: [file("///OUT//evil")],
    outcome: { inside: ["canary/evil"] },
  },
  {
    title: "a link to a directory outside, and a file in it",
    entries: [link("l", "OUT"), file("l/evil")],
    outcome: { refused: /symbolic link that leads nowhere/u },
  },
  {
    title: "a link upwards, and a file in it",
    entries: [link("l", "../canary"), file("l/evil")],
    outcome: { refused: /symbolic link that leads nowhere/u },
  },
  {
    title: "a link far upwards, and a file in it",
    entries: [link("l", "../../../../../../.."), file("l/evil")],
    outcome: { inside: ["evil", "l"] },
  },
  {
    title: "a chain of links outside",
    entries: [link("a", "b"), link("b", "c/.."), link("c", "OUT"), file("a/evil")],
    outcome: { refused: /symbolic link that leads nowhere/u },
  },
  {
    title: "a chain of links, each a directory further up",
    entries: [dir("d"), link("d/x", ".."), link("d/x/y", "x/../.."), file("d/x/y/canary/evil")],
    outcome: { refused: /symbolic link|loop|none/u },
  },
  {
    title: "a link to a file outside, and the same name again as a file",
    entries: [link("l", "OUT/file"), file("l")],
    outcome: { inside: ["l"] },
  },
  {
    title: "a link to a file outside, and the same name again with a slash",
    entries: [link("l", "OUT"), dir("l/"), file("l/evil")],
    outcome: { inside: ["l/evil"] },
  },
  {
    title: "a link with a slash in its end",
    entries: [link("l/", "OUT"), file("l/evil")],
    outcome: { refused: /symbolic link that leads nowhere/u },
  },
  {
    title: "a directory that becomes a link between entries",
    entries: [dir("d"), file("d/a"), link("d", "OUT"), file("d/evil")],
    outcome: { refused: /symbolic link that leads nowhere/u },
  },
  {
    title: "a directory that becomes a link, and a directory's late mode through it",
    entries: [{ ...dir("d/sub"), mode: 0o777 }, link("d", "OUT")],
    outcome: { inside: ["d"] },
  },
  {
    title: "a hard link to a file outside",
    entries: [hard("h", "OUT/file")],
    outcome: { refused: /hard link to ".*", and no such file/u },
  },
  {
    title: "a hard link with ..",
    entries: [hard("h", "../canary/file")],
    outcome: { refused: /hard link to .* component "\.\."/u },
  },
  {
    title: "a hard link through a link",
    entries: [link("l", "OUT"), hard("h", "l/file")],
    outcome: { refused: /hard link to "l\/file", and no such file/u },
  },
  {
    title: "a hard link through a chain of links",
    entries: [dir("a"), link("a/b", ".."), link("c", "a/b/../canary"), link("d", "c"), hard("h", "d/file")],
    outcome: { refused: /hard link to "d\/file", and no such file/u },
  },
  {
    title: "a hard link to a file outside by an absolute name, and that file written to",
    entries: [hard("h", "OUT/file"), { ...file("h"), content: "evil" }],
    outcome: { refused: /hard link to ".*", and no such file/u },
  },
  {
    title: "a hard link to a link outside, and a file written to it",
    entries: [link("l", "OUT/file"), hard("h", "l"), file("h")],
    outcome: { inside: ["h", "l"] },
  },
  {
    title: "a hard link to a directory",
    entries: [dir("d"), hard("h", "d")],
    outcome: { refused: /which is a directory/u },
  },
  {
    title: "a hard link to the root",
    entries: [hard("h", "/")],
    outcome: { refused: /hard link to the root directory/u },
  },
  { title: "a hard link to itself", entries: [hard("h", "h")], outcome: { inside: [] } },
  {
    title: "a hard link in place of a directory that has its target",
    entries: [file("d/f"), hard("d", "d/f")],
    outcome: { refused: /hard link to "d\/f"/u },
  },
  {
    title: "a device, and a file written to it",
    entries: [{ name: "null", typeflag: "3", devmajor: 1, devminor: 3 }, file("null")],
    outcome: { inside: ["null"] },
  },
  {
    title: "a FIFO, and a file written to it",
    entries: [{ name: "fifo", typeflag: "6" }, file("fifo")],
    outcome: { inside: ["fifo"] },
  },
  {
    title: "a FIFO as a directory",
    entries: [{ name: "fifo", typeflag: "6" }, file("fifo/evil")],
    outcome: { refused: /a part of its name is a file/u },
  },
  { title: "a file in place of the root", entries: [file(".")], outcome: { refused: /replace the root directory/u } },
  {
    title: "a link in place of the root",
    entries: [link("./", "OUT")],
    outcome: { refused: /replace the root directory/u },
  },
  { title: "a file without a name", entries: [file("")], outcome: { refused: /replace the root directory/u } },
  {
    title: "a link to itself as a directory",
    entries: [link("l", "l"), file("l/evil")],
    outcome: { refused: /symbolic link/u },
  },
  {
    title: "a link into /proc, as magic as that may be",
    entries: [link("l", "/proc/self/cwd"), file("l/evil")],
    outcome: { refused: /symbolic link that leads nowhere/u },
  },
  {
    title: "a NUL in a name of pax",
    entries: [{ ...file("x"), pax: { path: "a\0../canary/evil" } }],
    outcome: { refused: /NUL byte/u },
  },
  {
    title: "a NUL in a long name of GNU",
    entries: [{ name: "l", typeflag: "L", content: "a\0../evil" }, file("x")],
    outcome: { refused: /NUL byte/u },
  },
  {
    title: "a NUL in a link's target",
    entries: [{ ...link("l", "x"), pax: { linkpath: "a\0b" } }],
    outcome: { refused: /NUL byte/u },
  },
  {
    title: "a NUL in an attribute's name",
    entries: [{ ...file("x"), pax: { "LIBARCHIVE.xattr.user.a%00b": "MQ==" } }],
    outcome: { refused: /attribute's name has a NUL byte/u },
  },
  {
    title: "a directory that another name of it makes a link, and a file in it",
    entries: [dir("d"), link("here", "."), link("here/d", "OUT"), file("d/evil")],
    outcome: { refused: /symbolic link that leads nowhere/u },
  },
  {
    title: "a directory above that another name of it makes a link, and a late mode through it",
    entries: [{ ...dir("d/sub"), mode: 0o777 }, link("here", "."), link("here/d", "OUT")],
    outcome: { inside: ["d", "here"] },
  },
  {
    title: "a hard link to an absolute name",
    entries: [{ ...file("OUT/file") }, hard("h", "OUT/file")],
    outcome: { inside: ["canary/file", "h"] },
  },
  {
    title: "a size larger than the archive",
    entries: [{ ...file("x"), size: 0o77777777777 }],
    outcome: { refused: /ends \d+ bytes too early/u },
  },
  {
    title: "a negative size",
    entries: [{ ...file("x"), change: (block) => block.fill(0xff, 124, 136) }],
    outcome: { refused: /its size is -1/u },
  },
  {
    title: "a negative size of pax",
    entries: [{ ...file("x"), pax: { size: "-512" } }],
    outcome: { refused: /its `size` is no number/u },
  },
  {
    title: "a name longer than Linux has them",
    entries: [{ ...file("x"), pax: { path: "n".repeat(300) } }],
    outcome: { refused: /ENAMETOOLONG/u },
  },
  {
    title: "a path longer than Linux has them",
    entries: [{ ...file("x"), pax: { path: "n/".repeat(3000) + "n" } }],
    outcome: { refused: /ENAMETOOLONG/u },
  },
  {
    title: "a setuid file whose owner is nobody's",
    entries: [{ ...file("x"), pax: { uid: "4294967295" } }],
    outcome: { refused: /uid is 4294967295/u },
  },
  {
    title: "an overlay's own attributes",
    entries: [
      { ...dir("d"), pax: { "SCHILY.xattr.trusted.overlay.redirect": "/etc", "SCHILY.xattr.user.kept": "yes" } },
    ],
    outcome: { inside: ["d"] },
  },
];

/** A directory to unpack into and, beside it, one that must stay as it is, as must all around it. */
function scene(): Disposable & { readonly inside: string; readonly outside: string; readonly around: string } {
  const directory = temporaryDirectory();
  const inside = join(directory.path, "inside");
  const outside = join(directory.path, "canary");
  mkdirSync(inside);
  mkdirSync(outside);
  writeFileSync(join(outside, "file"), "canary");
  mkdirSync(join(outside, "sub"), { mode: 0o700 });
  symlinkSync("file", join(outside, "link"));
  return { inside, outside, around: directory.path, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

function named(attack: Entry, outside: string): Entry {
  const insert = (text: string): string => text.replace("OUT", outside);
  const { name = "", linkname = "" } = attack;
  // Fields have a hundred bytes, and a temporary directory's path may have more.
  const pax = {
    ...(name.includes("OUT") ? { path: insert(name) } : {}),
    ...(linkname.includes("OUT") ? { linkpath: insert(linkname) } : {}),
    ...attack.pax,
  };
  return Object.keys(pax).length === 0 ? attack : { ...attack, pax };
}

const rooted = requires("root", "command:getfattr");

describe("unpack() lets an archive touch nothing outside the directory, with", () => {
  for (const { title, entries, outcome } of attacks) {
    rooted(title, async () => {
      using place = scene();
      const before = describeTree(place.outside);
      const bytes = archive(...entries.map((one) => named(one, place.outside)));
      const unpacking = unpack(chunks(bytes), place.inside);
      if ("refused" in outcome) await expect(unpacking).rejects.toThrow(outcome.refused);
      else await unpacking;
      expect(describeTree(place.outside)).toEqual(before);
      expect(readdirSync(place.around).toSorted()).toEqual(["canary", "inside"]);
      if ("inside" in outcome) {
        const names = outcome.inside.map((name) => name.replace(/^canary/u, place.outside.slice(1)));
        expect(leaves(place.inside)).toEqual(names.toSorted());
      }
    });
  }
});

/** All names below a directory but those of directories that have something in them. */
function leaves(directory: string): string[] {
  const names = output(["find", ".", "-mindepth", "1", "-printf", "%P\n"], { cwd: directory })
    .split("\n")
    .filter(Boolean);
  return names.filter((name) => !names.some((other) => other.startsWith(`${name}/`))).toSorted();
}

rooted("unpack() takes no room for a sparse file of nearly all bytes that there are", async () => {
  using place = scene();
  const sparse = {
    name: "x",
    content: "0\n".padEnd(512, "\0"),
    pax: { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": `${Number.MAX_SAFE_INTEGER}` },
  };
  // A tmpfs has files of that size; other file systems say EFBIG.
  const refusal = await unpack(chunks(archive(sparse)), place.inside).then(
    () => "none",
    (error: unknown) => String(error),
  );
  expect(refusal).toMatch(/^none$|ftruncate.*EFBIG/u);
  expect(statSync(join(place.inside, "x"), { throwIfNoEntry: false })?.blocks ?? 0).toBe(0);
});

rooted("unpack() writes to no device that an archive has", async () => {
  using place = scene();
  const zero = { name: "zero", typeflag: "3", devmajor: 1, devminor: 5 };
  await unpack(chunks(archive(zero, file("zero"))), place.inside);
  expect(lstatSync(join(place.inside, "zero")).isFile()).toBe(true);
  expect(readFileSync(join(place.inside, "zero"), "utf8")).toBe("evil");
});

rooted("unpack() takes no room for the holes of a file, however large", async () => {
  using place = scene();
  const pax = { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": `${2 ** 40}` };
  await unpack(chunks(archive({ name: "x", content: "0\n".padEnd(512, "\0"), pax })), place.inside);
  const { size, blocks } = lstatSync(join(place.inside, "x"));
  expect([size, blocks]).toEqual([2 ** 40, 0]);
});

rooted("unpack() leaves out an overlay's own attributes", async () => {
  using place = scene();
  const pax = {
    "SCHILY.xattr.trusted.overlay.opaque": "y",
    "SCHILY.xattr.user.overlay.opaque": "y",
    "SCHILY.xattr.user.kept": "yes",
  };
  await unpack(chunks(archive({ ...dir("d"), pax }, { ...file("f"), pax })), place.inside);
  const { xattrs } = describeTree(place.inside);
  expect(xattrs).toEqual(["", "# file: d\nuser.kept=0x796573", "# file: f\nuser.kept=0x796573"]);
});

rooted("unpack() goes on when something renames files all the time", async () => {
  using place = scene();
  writeFileSync(join(place.around, "a"), "");
  const renaming = spawn("perl", ["-e", 'while (1) { rename "a", "b"; rename "b", "a" }'], { cwd: place.around });
  try {
    const entries = [
      dir("d"),
      link("l", "../../d/../d/../d"),
      ...Array.from({ length: 2000 }, (_, index) => link(`l/${index}`, "x")),
    ];
    await unpack(chunks(archive(...entries), 65_536), place.inside);
    expect(readdirSync(join(place.inside, "d"))).toHaveLength(2000);
  } finally {
    renaming.kill("SIGKILL");
    await once(renaming, "exit");
  }
});

test("a TarError says which entry, and where it is", async () => {
  using place = scene();
  const unpacking = unpack(chunks(archive(file("good"), file("../evil"))), place.inside);
  await expect(unpacking).rejects.toBeInstanceOf(TarError);
  await expect(unpacking).rejects.toMatchObject({
    message: 'the archive\'s entry "../evil", at byte 1024: its name has a component ".."',
    code: "WB_TAR_UNSAFE",
    entry: "../evil",
    offset: 1024,
  });
  expect(existsSync(join(place.around, "evil"))).toBe(false);
});
