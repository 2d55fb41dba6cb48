import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

/**
 * Installs those packages of a list (one a line, `#` comments) that are missing, where apt-get is there. What cannot be had is
 * named and left out: the tests that need it say so.
 */
export function installDebianPackages(list: string): void {
  const wanted = list.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const present = installed(wanted);
  const missing = wanted.filter((name) => !present.has(name));
  if (missing.length === 0 || !hasAptGet()) return;

  // Some bring services, which are of no use to tests and would change the machine's network: policy-rc.d(8).
  using _ = withoutServices();
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

/** Lets packages start none of their services while it is there. What decides that on this machine already stays. */
function withoutServices(): Disposable {
  const made = !existsSync(POLICY);
  if (made) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return { [Symbol.dispose]: () => made && rmSync(POLICY, { force: true }) };
}

const POLICY = "/usr/sbin/policy-rc.d";

function hasAptGet(): boolean {
  return spawnSync("apt-get", ["--version"]).error === undefined;
}

function aptGet(command: "install" | "update", ...names: string[]): boolean {
  const options = command === "install" ? ["--yes", "--no-install-recommends"] : [];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", [command, "--quiet", ...options, ...names], { env, stdio: "ignore" }).status === 0;
}
