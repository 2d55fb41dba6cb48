import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { call } from "./call.ts";
import { cache, systemdLayer } from "./kernel.ts";

/** What a boot with systemd needs, and what lets users have their own. */
const SYSTEMD = ["dbus", "dbus-user-session", "libpam-systemd", "systemd"];

/** Unpacks those packages with all that they depend on, as far as they are not installed here: nothing is, or changes. */
export function prepareSystemd(): void {
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
