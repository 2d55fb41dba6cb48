/**
 * node tools/vm/prepare.ts INIT [SERIES]: installs what a guest needs and unpacks its kernel, and systemd if INIT is that, into the cache. Called under flock(1),
 * so that two first calls at once do it one after the other; what it made is complete or not there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { installDebianPackages } from "../debian.ts";
import { cache, kernelName, systemdLayer } from "./kernel.ts";
import { machine } from "./machine.ts";

/** What a boot with systemd needs, and what lets users have their own. */
const SYSTEMD = ["dbus", "dbus-user-session", "libpam-systemd", "systemd"];

installDebianPackages(machine.packages.join("\n"));
const [, , init, series] = process.argv;
removeHalfMade();
unpackKernel(kernelName(series));
if (init === "systemd") unpackSystemd();

function removeHalfMade(): void {
  mkdirSync(cache, { recursive: true });
  for (const left of readdirSync(cache)) if (left.startsWith("new-")) rmSync(join(cache, left), { recursive: true });
}

function unpackKernel(name: string): void {
  if (existsSync(join(cache, name))) return;
  const release = newestRelease(`linux-image-${name}`);
  if (!existsSync(join(cache, release))) {
    console.log(`unpacking Linux ${release}`);
    const place = mkdtempSync(join(cache, "new-"));
    const tree = join(place, "tree");
    const debs = join(place, "debs");
    mkdirSync(debs);
    call("apt-get", ["download", "--quiet", "-o", "APT::Sandbox::User=root", `linux-image-${release}`], debs);
    for (const deb of readdirSync(debs)) call("dpkg-deb", ["--extract", join(debs, deb), tree]);
    // Unpacked once here rather than by every slow guest.
    call("sh", ["-c", "find . -name '*.ko.xz' -exec xz --decompress {} +"], tree);
    call("depmod", ["--basedir", tree, release]);
    renameSync(tree, join(cache, release));
    rmSync(place, { recursive: true });
  }
  symlinkSync(release, join(cache, name));
}

/** Those packages with all that they depend on, as far as they are not installed here: nothing is, or changes. */
function unpackSystemd(): void {
  if (existsSync(systemdLayer)) return;
  const place = mkdtempSync(join(cache, "new-"));
  const [tree, debs] = [join(place, "tree"), join(place, "debs")];
  for (const name of ["usr/bin", "usr/lib", "usr/lib64", "usr/sbin"]) mkdirSync(join(tree, name), { recursive: true });
  for (const name of ["bin", "lib", "lib64", "sbin"]) symlinkSync(`usr/${name}`, join(tree, name));
  mkdirSync(join(debs, "partial"), { recursive: true });
  const options = [`Dir::Cache::archives=${debs}`, "APT::Sandbox::User=root", "Debug::NoLocking=1"];
  const flags = [
    "--download-only",
    "--no-upgrade",
    "--yes",
    "--no-install-recommends",
    ...options.flatMap((option) => ["-o", option]),
  ];
  spawnSync("apt-get", ["update", "--quiet"], { stdio: "ignore" });
  call("apt-get", ["install", ...flags, ...SYSTEMD]);
  const found = readdirSync(debs).filter((name) => name.endsWith(".deb"));
  for (const deb of found) call("dpkg-deb", ["--extract", join(debs, deb), tree]);
  renameSync(tree, systemdLayer);
  rmSync(place, { recursive: true });
}

function newestRelease(metaPackage: string): string {
  spawnSync("apt-get", ["update", "--quiet"], { stdio: "ignore" }); // old lists name packages that are gone
  const { stdout } = spawnSync("apt-cache", ["depends", "--important", metaPackage], { encoding: "utf8" });
  const prefix = "  Depends: linux-image-";
  const line = (stdout ?? "").split("\n").find((text) => text.startsWith(prefix));
  if (line === undefined) throw new Error(`Debian has no package ${metaPackage}`);
  return line.slice(prefix.length);
}

function call(command: string, args: readonly string[], cwd?: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${status}\n${stdout}${stderr}`);
}
