import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { call, CLONE, type Program, SyscallError } from "@wb/syscall";
import { describeTree, leavesHostUnchanged, output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { chooseDriver, copyLayers, copyTree, fuseOverlayCommand } from "../src/index.ts";
import { makeSampleTree } from "./support/sample-tree.ts";

leavesHostUnchanged();

describe("chooseDriver()", () => {
  requires("root", "overlay")("finds that root mounts overlays, and leaves nothing", async () => {
    using base = temporaryDirectory();
    expect(await chooseDriver(base.path)).toEqual({ driver: "overlay", refused: [] });
    expect(readdirSync(base.path)).toEqual([]);
  });

  test("goes on where the kernel refuses, and tells why", async () => {
    using base = temporaryDirectory();
    const tried: string[] = [];
    const run = (program: Program): void => {
      tried.push(program.at(-1)?.label ?? "");
      throw new SyscallError(call("unshare", CLONE.NEWNS), { errno: 1, step: "mount" });
    };
    const { driver, refused } = await chooseDriver(base.path, { run });
    expect(tried).toHaveLength(2);
    expect(["fuse-overlayfs", "copy"]).toContain(driver);
    expect(refused.slice(0, 2).map(({ driver: each }) => each)).toEqual(["overlay", "userxattr"]);
    expect(readdirSync(base.path)).toEqual([]);
  });
});

requires(
  "root",
  "overlay",
  "command:getfattr",
)("copyLayers() copies what an overlay shows", async () => {
  using base = temporaryDirectory();
  const [lower = "", upper = "", work = "", merged = "", shown = "", copy = ""] = ["l", "u", "w", "m", "s", "c"].map(
    (name) => join(base.path, name),
  );
  for (const path of [lower, upper, work, merged, shown, copy]) mkdirSync(path);
  makeSampleTree(lower);
  const script = `mount -t overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" overlay "$4"; cd "$4"
    rm bin/large; rm -r deep; mkdir deep; echo 1 > deep/new; chmod 711 .; echo x >> bin/plain
    tar -c --format=pax --xattrs --xattrs-include='*' . | tar -xp --xattrs --xattrs-include='*' -C "$5"`;
  output(["unshare", "--mount", "sh", "-ec", script, "sh", lower, upper, work, merged, shown]);
  await copyLayers([upper, lower], copy);
  output(["touch", "-r", shown, copy]);
  expect(describeTree(copy)).toEqual(describeTree(shown));
});

test("fuseOverlayCommand() refuses what it cannot say", () => {
  const rest = { upper: "/u", work: "/w", target: "/t" };
  expect(fuseOverlayCommand({ lower: ["/a", "/b"], ...rest })).toEqual([
    "fuse-overlayfs",
    "-o",
    "lowerdir=/a:/b,upperdir=/u,workdir=/w",
    "/t",
  ]);
  expect(() => fuseOverlayCommand({ lower: ["/a:b"], ...rest })).toThrow(TypeError);
});

requires("root", "command:fuse-overlayfs")("fuseOverlayCommand() mounts what applyLayer() made of whiteouts", () => {
  using base = temporaryDirectory();
  const [one = "", two = "", target = ""] = ["one", "two", "target"].map((name) => join(base.path, name));
  for (const path of [one, two, target]) mkdirSync(path);
  output(
    [
      "sh",
      "-c",
      "mkdir d; touch d/x f; cd ../two; mknod f c 0 0; mkdir d; setfattr -n user.overlay.opaque -v y d; touch d/n",
    ],
    { cwd: one },
  );
  const command = fuseOverlayCommand({ lower: [two, one], target });
  const script = 'target=$1; shift; "$@" && cd "$target" && find . -mindepth 1 | sort; cd /; umount "$target"';
  expect(output(["unshare", "--mount", "--propagation=private", "sh", "-c", script, "sh", target, ...command])).toBe(
    "./d\n./d/n\n",
  );
});

test("copyTree() takes names of whiteouts for files where nothing says that they are whiteouts", async () => {
  using base = temporaryDirectory();
  const [source = "", target = ""] = ["source", "target"].map((name) => join(base.path, name));
  for (const path of [source, target]) mkdirSync(path);
  for (const name of [".wh.kept", ".wh..wh..opq"]) writeFileSync(join(source, name), "");
  writeFileSync(join(target, "kept"), "");
  // Two headers, and the two blocks at the end.
  expect(await copyTree(source, target)).toBeGreaterThanOrEqual(2048);
  expect(readdirSync(target).toSorted()).toEqual([".wh..wh..opq", ".wh.kept", "kept"]);
  await expect(copyTree(source, join(base.path, "missing"))).rejects.toThrow("ENOENT");
  await expect(copyTree(join(base.path, "missing"), target)).rejects.toThrow("ENOENT");
});
