import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { placeInRoot } from "../../src/runtime/mounts/place-in-root.ts";

test.each([
  ["/etc/hosts", "/etc/hosts", true, false],
  ["/absolute", "/etc/hosts", true, true],
  ["/relative/hosts", "/etc/hosts", true, true],
  ["/out", "/etc/passwd", false, true],
  ["/dangling", "/tmp/foo/bar/baz/hosts", false, true],
  ["/up", "/etc", true, true],
  ["/new/a", "/new/a", false, false],
  ["/", "/", true, false],
])("placeInRoot() of %s is %s", (path, found, isThere, byLink) => {
  using root = someRoot();
  const place = placeInRoot(root.path, path, new Set());
  expect({ ...place, stat: place?.stat !== undefined }).toEqual({ path: found, stat: isThere, byLink });
});

test.each([
  ["a loop of links", "/loop", new Set<string>()],
  ["what is missing and left again", "/back", new Set<string>()],
  ["a file that is no directory", "/etc/hosts/x", new Set<string>()],
  ["a path that something is mounted on first", "/etc/hosts", new Set(["/etc"])],
  ["a link into one", "/absolute", new Set(["/etc"])],
  ["another root", "/etc", new Set(["/"])],
])("placeInRoot() does not know %s", (_, path, covered) => {
  using root = someRoot();
  expect(placeInRoot(root.path, path, covered)).toBeUndefined();
});

function someRoot(): ReturnType<typeof temporaryDirectory> {
  const root = temporaryDirectory("wb-place-");
  mkdirSync(join(root.path, "etc"));
  writeFileSync(join(root.path, "etc/hosts"), "");
  const links = {
    absolute: "/etc/hosts",
    relative: "etc",
    out: "../../../etc/passwd",
    jump: "/tmp/foo/bar",
    dangling: "jump/baz/hosts",
    up: "etc/../etc",
    loop: "loop",
    back: "missing/../etc",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root.path, name));
  return root;
}
