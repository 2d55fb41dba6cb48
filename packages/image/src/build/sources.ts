import { fstatSync, lstatSync, readlinkSync } from "node:fs";
import { O } from "@wb/syscall";
import { ImageError } from "../image-error.ts";
import { globOf } from "./glob.ts";
import { namesInTree, openInTree } from "./open-in-tree.ts";

/** Where sources are: a build context, another stage, or an image. */
export interface SourceTree {
  /** An open directory. */
  readonly root: number;
  readonly isIgnored: (path: string) => boolean;
}

/** What a COPY takes. */
export interface Source {
  readonly tree: SourceTree;
  /** Below the root of its tree. */
  readonly path: string;
  readonly isDirectory: boolean;
}

/**
 * The files and directories that a word of COPY or ADD means: itself, or by Go's filepath.Match those that match.
 *
 * @throws ImageError WB_IMAGE_BUILD in docker's words when there is none
 */
export function sourcesOf(tree: SourceTree, word: string): Source[] {
  const path = cleaned(word);
  const found = /[*?[\\]/.test(path) ? matches(tree, path) : [path];
  const sources = found.flatMap((one): Source[] => {
    if (one !== "" && tree.isIgnored(one)) return [];
    using opened = openInTree(tree.root, one);
    if (opened === undefined) return [];
    return [{ tree, path: one, isDirectory: fstatSync(opened.fd).isDirectory() }];
  });
  if (sources.length > 0) return sources;
  if (found.length !== 1)
    throw new ImageError("WB_IMAGE_BUILD", "no source files were specified", { hint: `nothing matches ${word}` });
  throw new ImageError(
    "WB_IMAGE_BUILD",
    `COPY failed: file not found in build context or excluded by .dockerignore: stat ${word}: file does not exist`,
  );
}

/** A source as a directory and, for a file, a name in it, both open to who uses them: a symbolic link that was named is followed, as with cp(1). */
export interface OpenSource extends Disposable {
  /** How node:fs reaches the directory. */
  readonly directory: string;
  readonly name: string | undefined;
}

/** @throws ImageError WB_IMAGE_BUILD when somebody changed it meanwhile */
export function openSource({ tree, path, isDirectory }: Source): OpenSource {
  const stack = new DisposableStack();
  try {
    const file = stack.use(needed(path, openInTree(tree.root, path, isDirectory ? O.RDONLY | O.DIRECTORY : O.RDONLY)));
    if (isDirectory)
      return { directory: `/proc/self/fd/${file.fd}`, name: undefined, [Symbol.dispose]: () => stack.dispose() };
    const real = readlinkSync(`/proc/self/fd/${file.fd}`);
    const name = real.slice(real.lastIndexOf("/") + 1);
    const above = parentOf(real, tree.root);
    const parent = stack.use(needed(path, openInTree(tree.root, above, O.RDONLY | O.DIRECTORY)));
    const directory = `/proc/self/fd/${parent.fd}`;
    if (lstatSync(`${directory}/${name}`).ino !== fstatSync(file.fd).ino) throw changed(path);
    return { directory, name, [Symbol.dispose]: () => stack.dispose() };
  } catch (error) {
    stack.dispose();
    throw error;
  }
}

function needed<T>(path: string, opened: T | undefined): T {
  if (opened === undefined) throw changed(path);
  return opened;
}

function changed(path: string): ImageError {
  return new ImageError("WB_IMAGE_BUILD", `${path} was changed while it was copied`);
}

/** Of a file's path on this machine, below the tree's root. */
function parentOf(real: string, root: number): string {
  const top = readlinkSync(`/proc/self/fd/${root}`);
  const below = top === "/" ? real : real.slice(top.length);
  return below.slice(0, below.lastIndexOf("/"));
}

/** path.Clean of Go, below the root. */
function cleaned(word: string): string {
  const names: string[] = [];
  for (const name of word.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") names.pop();
    else names.push(name);
  }
  return names.join("/");
}

function matches({ root }: SourceTree, pattern: string): string[] {
  return pattern.split("/").reduce<string[]>(
    (directories, part) => {
      const glob = globOf(part);
      return directories.flatMap((directory) =>
        namesInTree(root, directory)
          .filter((name) => glob.test(name))
          .map((name) => (directory === "" ? name : `${directory}/${name}`)),
      );
    },
    [""],
  );
}
