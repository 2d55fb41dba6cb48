import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const places = join(import.meta.dirname, "../../../.tools/test-roots");

/**
 * A Debian root file system, made by `debootstrap --variant=minbase` from where this machine takes its packages; once in a
 * checkout, since it takes a minute. Nobody may change it. Tests that use it need `requires("root", "command:debootstrap")`.
 */
export function debianRoot(): string {
  const codename = /^VERSION_CODENAME=(\w+)$/mu.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "stable";
  const root = join(places, `${codename}-${process.arch}`);
  if (existsSync(root)) return root;
  mkdirSync(places, { recursive: true });
  // Of its own: the packages' tests run at the same time in containers that share the checkout.
  const unfinished = mkdtempSync(`${root}.`);
  const argv = ["--variant=minbase", codename, unfinished, ...mirrorOf(codename)];
  const [command = "", ...words] = [...onMachineNetwork(), "debootstrap", ...argv];
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`debootstrap ended with ${status}: ${`${stdout}${stderr}`.slice(-2000)}`);
  }
  chmodSync(unfinished, 0o755);
  try {
    renameSync(unfinished, root);
  } catch (error) {
    if (!existsSync(root)) throw error;
    rmSync(unfinished, { recursive: true, force: true }); // another was first
  }
  return root;
}

/** Tests of containers have a network namespace of their own; that of vitest itself, their parent, is the machine's. */
function onMachineNetwork(): string[] {
  const [own, outer] = ["self", process.ppid].map((pid) => readlinkSync(`/proc/${pid}/ns/net`));
  return own === outer ? [] : ["nsenter", `--net=/proc/${process.ppid}/ns/net`];
}

/** What apt has for this release; debootstrap's own choice where there is no apt. */
function mirrorOf(codename: string): string[] {
  const filters = ["Created-By: Packages", "Origin: Debian", `Codename: ${codename}`];
  const { stdout } = spawnSync("apt-get", ["indextargets", "--format", "$(REPO_URI)", ...filters], {
    encoding: "utf8",
  });
  return (stdout ?? "").split("\n").filter(Boolean).slice(0, 1);
}
