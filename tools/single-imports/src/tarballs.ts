import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { newest } from "@wb/testing";
import { output } from "./toolbox.ts";

const root = join(import.meta.dirname, "../../..");

/** A package as it is published. */
export interface Tarball {
  readonly name: string;
  /** Its directory in this repository. */
  readonly directory: string;
  readonly file: string;
  /** Names of the @wb packages that it depends on. */
  readonly dependencies: readonly string[];
}

/** Packs every package of `packages/`, built from the sources as they are now. */
export function packAll(destination: string): Map<string, Tarball> {
  if (!isBuilt()) output(join(root, "tools/build"), [], root);
  const tarballs = globSync("packages/*/package.json", { cwd: root }).map((path): Tarball => {
    const directory = join(root, dirname(path));
    const manifest = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
    const packed = output(join(root, "tools/pnpm"), ["pack", "--pack-destination", destination], directory);
    const file = packed.split("\n").findLast((line) => line.endsWith(".tgz"));
    if (file === undefined) throw new Error(`pnpm pack of ${manifest.name} names no tarball: ${packed}`);
    const dependencies = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith("@wb/"));
    return { name: manifest.name, directory, file, dependencies };
  });
  return new Map(tarballs.map((tarball) => [tarball.name, tarball]));
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The names, and all that they depend on. */
export function withDependencies(tarballs: ReadonlyMap<string, Tarball>, names: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    tarballs.get(name)?.dependencies.forEach(add);
  };
  for (const name of names) add(name);
  return found;
}

function isBuilt(): boolean {
  return globSync("packages/*/src", { cwd: root }).every((source) => {
    const built = statSync(join(root, dirname(source), "dist/index.js"), { throwIfNoEntry: false });
    return built !== undefined && built.mtimeMs > newest(join(root, source));
  });
}
