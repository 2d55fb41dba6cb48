import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installed } from "../debian.ts";
import { call } from "./call.ts";
import { cache, systemdLayer } from "./kernel.ts";

/** What a boot with systemd needs, and what lets users have their own. */
const SYSTEMD = ["dbus", "dbus-user-session", "libpam-systemd", "systemd"];

/** Unpacks those packages with all that they depend on, as far as they are not installed here: nothing is, or changes. */
export function prepareSystemd(): void {
  if (existsSync(systemdLayer)) return;
  const place = mkdtempSync(join(cache, "new-"));
  const [tree, debs] = [join(place, "tree"), join(place, "debs")];
  mkdirSync(tree);
  mkdirSync(join(debs, "partial"), { recursive: true });
  const options = [`Dir::Cache::archives=${debs}`, "APT::Sandbox::User=root", "Debug::NoLocking=1"];
  const flags = ["--download-only", "--yes", "--no-install-recommends", ...options.flatMap((option) => ["-o", option])];
  const present = installed(SYSTEMD);
  const missing = SYSTEMD.filter((name) => !present.has(name));
  if (missing.length > 0) {
    console.log(`unpacking Debian packages for guests: ${missing.join(" ")}`);
    spawnSync("apt-get", ["update", "--quiet"], { stdio: "ignore" });
    call("apt-get", ["install", ...flags, ...missing]);
  }
  const found = readdirSync(debs).filter((name) => name.endsWith(".deb"));
  for (const deb of found) call("dpkg-deb", ["--extract", join(debs, deb), tree]);
  renameSync(tree, systemdLayer);
  rmSync(place, { recursive: true });
}
