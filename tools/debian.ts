import { spawnSync } from "node:child_process";

/**
 * Installs those packages of a list (one a line, `#` comments) that are missing, where apt-get is there. What cannot be had is
 * named and left out: the tests that need it say so.
 */
export function installDebianPackages(list: string): void {
  const wanted = list.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const present = installed(wanted);
  const missing = wanted.filter((name) => !present.has(name));
  if (missing.length === 0 || !hasAptGet()) return;

  console.log(`installing Debian packages: ${missing.join(" ")}`);
  aptGet("update");
  if (aptGet("install", ...missing)) return;
  const failed = missing.filter((name) => !aptGet("install", name));
  if (failed.length > 0) console.log(`not installed: ${failed.join(" ")}`);
}

/** Those of some packages that are there. */
export function installed(names: readonly string[]): Set<string> {
  const format = "--showformat=${Package} ${db:Status-Status}\\n";
  const { stdout } = spawnSync("dpkg-query", ["--show", format, ...names], { encoding: "utf8" });
  const lines = (stdout ?? "").split("\n").map((line) => line.split(" "));
  return new Set(lines.flatMap(([name = "", status]) => (status === "installed" ? name : [])));
}

function hasAptGet(): boolean {
  return spawnSync("apt-get", ["--version"]).error === undefined;
}

function aptGet(command: "install" | "update", ...names: string[]): boolean {
  const options = command === "install" ? ["--yes", "--no-install-recommends"] : [];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", [command, "--quiet", ...options, ...names], { env, stdio: "ignore" }).status === 0;
}
