import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@wb/testing";

/** Directories for overlays, in a temporary one. */
export interface Layers extends TemporaryDirectory {
  /** Makes a directory with some files: their names and contents. */
  readonly layer: (name: string, files?: Readonly<Record<string, string>>) => string;
  /** Makes an upper and a work directory, and a place to mount on. */
  readonly writable: () => { readonly upper: string; readonly work: string; readonly target: string };
}

export function layers(): Layers {
  const directory = temporaryDirectory("wb-layers-");
  const layer: Layers["layer"] = (name, files = {}) => {
    const path = join(directory.path, name);
    mkdirSync(path, { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(join(path, file, ".."), { recursive: true });
      writeFileSync(join(path, file), content);
    }
    return path;
  };
  const writable: Layers["writable"] = () => {
    const base = mkdtempSync(join(directory.path, "writable-"));
    const [upper, work, target] = ["upper", "work", "target"].map((name) => {
      const path = join(base, name);
      mkdirSync(path);
      return path;
    }) as [string, string, string];
    return { upper, work, target };
  };
  return { ...directory, layer, writable };
}
