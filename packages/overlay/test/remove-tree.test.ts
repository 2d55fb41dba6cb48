import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { removeTree } from "../src/unpack/remove-tree.ts";

function remove(directory: string, name: string): void {
  const fd = openSync(directory, "r");
  try {
    removeTree(fd, name);
  } finally {
    closeSync(fd);
  }
}

test("removeTree() removes files, links and directories of any names, and follows no link", () => {
  using directory = temporaryDirectory();
  const inside = (name: string): string => join(directory.path, name);
  // What is below is moved up, where these names may be taken.
  for (const name of ["tree/0/1/0/1", "tree/1/0", "tree/2", "kept/below"]) mkdirSync(inside(name), { recursive: true });
  for (const name of ["tree/file", "tree/0/1/file", "kept/file"]) writeFileSync(inside(name), "kept");
  symlinkSync("../kept", inside("tree/link"));
  symlinkSync("../../kept", inside("tree/0/link"));
  remove(directory.path, "tree");
  expect(readdirSync(directory.path)).toEqual(["kept"]);
  expect(readFileSync(inside("kept/file"), "utf8")).toBe("kept");
});

test("removeTree() removes a file, a link, and nothing", () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, "file"), "");
  symlinkSync("file", join(directory.path, "link"));
  for (const name of ["link", "nothing", "file"]) remove(directory.path, name);
  expect(readdirSync(directory.path)).toEqual([]);
});

test("removeTree() removes a tree deeper than paths are long, with few open files", () => {
  using directory = temporaryDirectory();
  const deep = `for (1..3000) { mkdir "d" or die; open(F, ">", "f"); chdir "d" or die }`;
  output(["perl", "-e", deep], { cwd: directory.path });
  const program = `
    import { openSync } from "node:fs";
    import { removeTree } from "${join(import.meta.dirname, "../src/unpack/remove-tree.ts")}";
    removeTree(openSync(${JSON.stringify(directory.path)}, "r"), "d");
  `;
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module-typescript", "--eval", program];
  output(["prlimit", "--nofile=128", ...node], { cwd: import.meta.dirname });
  expect(readdirSync(directory.path)).toEqual(["f"]);
});
