import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import type { Machine } from "./machine.ts";

/** A kernel package of Debian, unpacked. */
export interface Kernel {
  readonly machine: Machine;
  /** `uname -r` */
  readonly release: string;
  readonly directory: string;
  readonly image: string;
}

/** Where everything is kept that is prepared once. */
export const cache: string = join(import.meta.dirname, "../../.tools/vm");

/** Where Debian's systemd is, as far as this machine does not have it: prepare.ts. */
export const systemdLayer: string = join(cache, "systemd");

/** The package that depends on the newest kernel of a series, without its prefix: `6.12-cloud-amd64`, by default `cloud-amd64`. */
export function kernelName({ flavour }: Machine, series: string | undefined): string {
  return series === undefined ? flavour : `${series}-${flavour}`;
}

/** The kernel of that series, if prepare.ts has unpacked it. */
export function findKernel(machine: Machine, series: string | undefined): Kernel | undefined {
  const link = join(cache, kernelName(machine, series));
  if (!existsSync(link)) return undefined;
  const directory = realpathSync(link);
  const release = basename(directory);
  return { machine, release, directory, image: join(directory, "boot", `vmlinuz-${release}`) };
}

/** The modules of that name and all they depend on, as paths in the order of loading. What is built in needs none. */
export function moduleFiles({ directory, release }: Kernel, names: readonly string[]): string[] {
  const modules = join(directory, "lib/modules", release);
  const lines = readFileSync(join(modules, "modules.dep"), "utf8").trim().split("\n");
  // "kernel/fs/fuse/virtiofs.ko: kernel/fs/fuse/fuse.ko": what is to be loaded first comes last.
  const chains = new Map(
    lines.map((line) => [
      moduleName(line),
      line
        .split(/:? +|:$/u)
        .filter(Boolean)
        .toReversed(),
    ]),
  );
  const builtin = readFileSync(join(modules, "modules.builtin"), "utf8").trim().split("\n").map(moduleName);
  const paths = names.flatMap((name) => {
    const chain = chains.get(name);
    if (chain === undefined && !builtin.includes(name)) throw new Error(`Linux ${release} has no module ${name}`);
    return chain ?? [];
  });
  return [...new Set(paths)].map((path) => join(modules, path));
}

function moduleName(line: string): string {
  const [path = ""] = line.split(":");
  return basename(path, ".ko").replaceAll("-", "_");
}
