import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cache } from "./kernel.ts";
import type { Machine } from "./machine.ts";
import { rootContents } from "./root-contents.ts";

/** What a guest sees as its root: a directory, and other places bound over places in it. */
export interface Root {
  readonly directory: string;
  readonly bound: readonly (readonly [source: string, place: string])[];
}

/** What is the root's own, and may not be this machine's. */
const SYSTEM = /^\/(bin|boot|dev|etc|lib\d*|proc|run|sbin|sys|usr|var)?(\/|$)/u;

/** Where a root of another architecture has what stands for `.tools/bin` and `.tools/toolchain`, and says what is in it. */
export const OWN = "opt/wb";

/**
 * This machine's own root, for a guest of its architecture. For another one it is made of Debian's packages (prepare-root.ts),
 * with the checkout and the current directory of this machine in it, and with that architecture's toolchain in the place of the checkout's.
 */
export function rootOf({ arch }: Machine, checkout: string, cwd: string): Root {
  const directory = rootDirectory(arch);
  if (directory === "/") return { directory, bound: [] };
  const visible = SYSTEM.test(cwd) ? [checkout] : [checkout, cwd];
  for (const path of visible) mkdirSync(join(directory, path), { recursive: true });
  const toolchain = ["bin", "toolchain"].map(
    (name) => [join(directory, OWN, name), join(checkout, ".tools", name)] as const,
  );
  return { directory, bound: [...visible.map((path) => [path, path] as const), ...toolchain] };
}

/** Whether there is one, with what it is to have now. */
export function hasRoot({ arch }: Machine): boolean {
  const directory = rootDirectory(arch);
  if (directory === "/") return true;
  const file = join(directory, OWN, "contents.json");
  return existsSync(file) && readFileSync(file, "utf8") === JSON.stringify(rootContents(arch));
}

export function rootDirectory(arch: string): string {
  return arch === process.arch ? "/" : join(cache, arch);
}
