import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { applyLayer, diff, diskUsage, packLayer } from "../src/index.ts";

/** What diff() says, as docker prints it, of what a script does in an overlay of the layers that others make. */
function changes(base: string, layers: readonly string[], change: string): string[] {
  const lowers = layers.map((script, index) => {
    const layer = join(base, `${index}`);
    mkdirSync(layer);
    output(["sh", "-ec", script], { cwd: layer });
    return layer;
  });
  for (const name of ["upper", "work", "merged"]) mkdirSync(join(base, name));
  const mount = `mount -t overlay -o "lowerdir=$1,upperdir=upper,workdir=work" overlay merged && cd merged && ${change}`;
  output(["unshare", "--mount", "sh", "-ec", mount, "sh", lowers.join(":")], { cwd: base });
  return diff(join(base, "upper"), lowers).map(({ kind, path }) => `${kind} ${path}`);
}

describe("diff() tells as docker diff", () => {
  const cases: readonly {
    readonly title: string;
    readonly layers: string[];
    readonly change: string;
    readonly said: string[];
  }[] = [
    { title: "nothing of nothing", layers: ["touch a"], change: "cat a", said: [] },
    {
      title: "what was added",
      layers: ["mkdir etc"],
      change: "mkdir -p etc/x/y; touch etc/x/y/z",
      said: ["C /etc", "A /etc/x", "A /etc/x/y", "A /etc/x/y/z"],
    },
    {
      title: "what was changed, and the directories above it",
      layers: ["mkdir -p a/b; touch a/b/c a/other"],
      change: "echo 1 >> a/b/c",
      said: ["C /a", "C /a/b", "C /a/b/c"],
    },
    {
      title: "a directory whose mode was changed",
      layers: ["mkdir -p a/b"],
      change: "chmod 700 a/b",
      said: ["C /a", "C /a/b"],
    },
    {
      title: "what was deleted, by its topmost name",
      layers: ["mkdir -p a/b/c; touch a/b/c/d e"],
      change: "rm -r a/b e",
      said: ["C /a", "D /a/b", "D /e"],
    },
    {
      title: "what an opaque directory hides",
      layers: ["mkdir -p d/s; touch d/old d/same d/s/x"],
      change: "rm -r d; mkdir d; touch d/same d/new",
      said: ["C /d", "A /d/new", "D /d/old", "D /d/s", "C /d/same"],
    },
    {
      title: "a directory in a file's place, and the reverse",
      layers: ["mkdir d; touch d/x f"],
      change: "rm -r d f; touch d; mkdir f; touch f/y",
      said: ["C /d", "C /f", "A /f/y"],
    },
    {
      title: "a new directory that was hidden by a layer in between",
      layers: ["mkdir -p a; mknod a/d c 0 0", "mkdir -p a/d; touch a/d/x"],
      change: "mkdir a/d; touch a/d/x",
      said: ["C /a", "A /a/d", "A /a/d/x"],
    },
    {
      title: "what is below an opaque directory of a layer",
      layers: ["mkdir d; setfattr -n trusted.overlay.opaque -v y d", "mkdir d; touch d/x"],
      change: "touch d/x",
      said: ["C /d", "A /d/x"],
    },
    {
      title: "what was made and deleted: nothing but the time of the directory",
      layers: ["mkdir a"],
      change: "touch a/b; rm a/b",
      said: ["C /a"],
    },
    {
      title: "names in the order of their directories",
      layers: ["true"],
      change: "mkdir a; touch a/x a-b a.b",
      said: ["A /a", "A /a/x", "A /a-b", "A /a.b"],
    },
    { title: "names that are no text", layers: ["true"], change: "touch ü", said: ["A /ü"] },
    {
      title: "a symbolic link",
      layers: ["ln -s x l; mkdir d"],
      change: "ln -sfn y l; ln -s /etc d/m",
      said: ["C /d", "A /d/m", "C /l"],
    },
  ];
  for (const { title, layers, change, said } of cases) {
    requires(
      "root",
      "overlay",
      "command:setfattr",
    )(title, () => {
      using base = temporaryDirectory();
      expect(changes(base.path, layers, change)).toEqual(said);
    });
  }

  requires("root")("of a layer that was applied, too", async () => {
    using base = temporaryDirectory();
    const [lower = "", tree = "", layer = ""] = ["lower", "tree", "layer"].map((name) => join(base.path, name));
    for (const path of [lower, tree, layer]) mkdirSync(path);
    output(["sh", "-c", "mkdir d; touch d/x y"], { cwd: lower });
    output(["sh", "-c", "mkdir d; touch d/n .wh.y d/.wh..wh..opq"], { cwd: tree });
    await packLayer(tree, join(base.path, "tar"));
    await applyLayer(join(base.path, "tar"), layer, { whiteouts: "overlay" });
    expect(diff(layer, [lower]).map(({ kind, path }) => kind + path)).toEqual(["C/d", "A/d/n", "D/d/x", "D/y"]);
  });
});

test("diskUsage() counts files once, and holes not as used", () => {
  using base = temporaryDirectory();
  mkdirSync(join(base.path, "d"));
  writeFileSync(join(base.path, "d/file"), Buffer.alloc(100_000, 1));
  linkSync(join(base.path, "d/file"), join(base.path, "again"));
  symlinkSync("/nowhere", join(base.path, "link"));
  writeFileSync(join(base.path, "holes"), "");
  truncateSync(join(base.path, "holes"), 2 ** 30);
  const { size, disk, inodes } = diskUsage(base.path);
  expect({ size, inodes }).toEqual({ size: 100_000 + 2 ** 30, inodes: 4 });
  const top = Number(output(["du", "-sB1", "--separate-dirs", join(base.path, "d")]).split("\t")[0]);
  expect(disk).toBeGreaterThanOrEqual(top);
  expect(disk).toBeLessThan(2 ** 20);
});
