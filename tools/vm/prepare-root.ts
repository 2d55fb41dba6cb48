import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { call } from "./call.ts";
import { cache } from "./kernel.ts";
import type { Machine } from "./machine.ts";
import { type RootContents, rootContents, toolchain } from "./root-contents.ts";
import { hasRoot, OWN, rootDirectory } from "./root.ts";

/**
 * Makes a root of an architecture that is not this machine's: Debian's packages, unpacked and not configured, with Node, pnpm
 * and the native parts of dependencies. Those are in /node_modules, where Node looks after a checkout's own.
 *
 * @param env in which apt is that of the architecture
 */
export function prepareRoot(machine: Machine, env: NodeJS.ProcessEnv): void {
  if (hasRoot(machine)) return;
  const { arch } = machine;
  console.log(`unpacking a Debian root for ${arch}`);
  const [root, contents] = [mkdtempSync(join(cache, "new-")), rootContents(arch)];
  chmodSync(root, 0o755);
  unpackDebian(root, contents, env);
  installNode(root, contents, arch);
  rmSync(rootDirectory(arch), { recursive: true, force: true });
  renameSync(root, rootDirectory(arch));
}

function unpackDebian(root: string, { debian }: RootContents, env: NodeJS.ProcessEnv): void {
  const debs = join(root, "debs");
  mkdirSync(join(debs, "partial"), { recursive: true });
  const options = ["--quiet", "--yes", "--download-only", "-o", `Dir::Cache::archives=${debs}`];
  call("apt-get", ["install", ...options, ...debian], { env });
  for (const name of ["usr/bin", "usr/lib", "usr/sbin"]) mkdirSync(join(root, name), { recursive: true });
  for (const name of ["bin", "lib", "sbin"]) symlinkSync(`usr/${name}`, join(root, name));
  for (const deb of readdirSync(debs)) if (deb.endsWith(".deb")) call("dpkg-deb", ["--extract", join(debs, deb), root]);
  rmSync(debs, { recursive: true });

  // What the packages' scripts would do of what is needed here.
  const accounts = join(root, "usr/share/base-passwd");
  for (const name of ["passwd", "group"]) cpSync(join(accounts, `${name}.master`), join(root, "etc", name));
  symlinkSync("mawk", join(root, "usr/bin/awk"));
}

function installNode(root: string, contents: RootContents, arch: string): void {
  const programs = Object.entries({ node: contents.node, pnpm: contents.pnpm });
  const packages = [...programs.map(([, { name, version }]) => `${name}@${version}`), ...contents.native];
  // Flags beat the machine's npm configuration: tools/with-toolchain.
  const quiet = ["--no-audit", "--no-fund", "--no-save", "--no-package-lock", "--no-global", "--no-workspaces"];
  const foreign = ["--force", "--ignore-scripts", "--os=linux", `--cpu=${arch}`];
  call("npm", ["install", "--prefix", root, ...quiet, ...foreign, ...packages]);

  const own = join(root, OWN);
  mkdirSync(join(own, "bin"), { recursive: true });
  for (const [program, { name, path }] of programs) {
    symlinkSync(join("/node_modules", name, path), join(own, "bin", program));
  }
  writeFileSync(join(own, "toolchain"), toolchain(arch));
  writeFileSync(join(own, "contents.json"), JSON.stringify(contents));
}
