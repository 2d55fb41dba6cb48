/**
 * node tools/vm/prepare.ts ARCH INIT [SERIES]: installs what a guest needs and unpacks its kernel, a root of its architecture
 * if that is another one, and systemd if INIT is that, into the cache. Called under flock(1),
 * so that two first calls at once do it one after the other; what it made is complete or not there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { installDebianPackages } from "../debian.ts";
import { aptEnvironment } from "./apt.ts";
import { call } from "./call.ts";
import { cache, kernelName } from "./kernel.ts";
import { machines } from "./machine.ts";
import { prepareRoot } from "./prepare-root.ts";
import { prepareSystemd } from "./prepare-systemd.ts";

const [, , arch, init, series] = process.argv;
const machine = machines[arch === "arm64" ? arch : "x64"];

installDebianPackages(machine.packages.join("\n"));
mkdirSync(cache, { recursive: true });
for (const left of readdirSync(cache)) if (left.startsWith("new-")) rmSync(join(cache, left), { recursive: true });
const apt = mkdtempSync(join(cache, "new-"));
const env = aptEnvironment(machine.arch, apt);
spawnSync("apt-get", ["update", "--quiet"], { stdio: "ignore", env }); // old lists name packages that are gone
unpackKernel(kernelName(machine, series));
prepareRoot(machine, env);
if (init === "systemd") prepareSystemd();
rmSync(apt, { recursive: true });

function unpackKernel(name: string): void {
  if (existsSync(join(cache, name))) return;
  const release = newestRelease(`linux-image-${name}`);
  if (!existsSync(join(cache, release))) {
    console.log(`unpacking Linux ${release}`);
    const place = mkdtempSync(join(cache, "new-"));
    const tree = join(place, "tree");
    const debs = join(place, "debs");
    mkdirSync(debs);
    const download = ["download", "--quiet", "-o", "APT::Sandbox::User=root", `linux-image-${release}`];
    call("apt-get", download, { cwd: debs, env });
    for (const deb of readdirSync(debs)) call("dpkg-deb", ["--extract", join(debs, deb), tree]);
    // Unpacked once here rather than by every slow guest.
    call("sh", ["-c", "find . -name '*.ko.xz' -exec xz --decompress {} +"], { cwd: tree });
    call("depmod", ["--basedir", tree, release]);
    renameSync(tree, join(cache, release));
    rmSync(place, { recursive: true });
  }
  symlinkSync(release, join(cache, name));
}

function newestRelease(metaPackage: string): string {
  const { stdout } = spawnSync("apt-cache", ["depends", "--important", metaPackage], { encoding: "utf8", env });
  const prefix = "  Depends: linux-image-";
  const line = (stdout ?? "").split("\n").find((text) => text.startsWith(prefix));
  if (line === undefined) throw new Error(`Debian has no package ${metaPackage}`);
  return line.slice(prefix.length);
}
