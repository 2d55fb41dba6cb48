import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cache } from "./kernel.ts";

/** What is unpacked into the root of another architecture. */
export interface RootContents {
  /** Debian packages, which bring what they depend on. */
  readonly debian: readonly string[];
  readonly node: NpmPackage;
  readonly pnpm: NpmPackage;
  /** Native parts of dependencies: `@scope/name@1.2.3`. */
  readonly native: readonly string[];
}

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Of its program. */
  readonly path: string;
}

/** What the project's tests and programs call. */
const PACKAGES = [
  "base-passwd bash busybox-static coreutils dash findutils grep hostname iproute2 kmod libc-bin libcap2-bin libstdc++6",
  "mawk mount passwd perl-base procps sed tar uidmap usr-is-merged util-linux",
].flatMap((line) => line.split(" "));

const checkout = join(cache, "../..");

/** The same Node, pnpm, koffi and bundler as the checkout has for this machine. */
export function rootContents(arch: string): RootContents {
  const [, node = "", pnpm = ""] = /^node (\S+), pnpm (\S+),/u.exec(toolchain(process.arch)) ?? [];
  return {
    debian: PACKAGES,
    node: { name: `node-linux-${arch}`, version: node, path: "bin/node" },
    pnpm: { name: `@pnpm/exe.linux-${arch}`, version: pnpm, path: "pnpm" },
    native: nativeParts(arch),
  };
}

/** What tools/with-toolchain wants to find in `.tools/toolchain`. */
export function toolchain(arch: string): string {
  return readFileSync(join(checkout, ".tools/toolchain"), "utf8").replace(/\S+$/mu, arch);
}

/** What stands beside koffi and what vitest loads, as pnpm has it: `@rolldown+binding-linux-x64-gnu@1.2.3`. */
function nativeParts(arch: string): string[] {
  const patterns = [
    "koffi@*",
    "@koromix+koffi-linux-*",
    "@rolldown+binding-linux-*-gnu@*",
    "lightningcss-linux-*-gnu@*",
  ];
  const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: join(checkout, "node_modules/.pnpm") }));
  return found.map((path) => basename(path).replace("+", "/").replace(`-${process.arch}`, `-${arch}`));
}
