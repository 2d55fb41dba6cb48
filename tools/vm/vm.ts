import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ending, runGuest } from "./guest.ts";
import { initramfs } from "./initramfs.ts";
import { jobScript } from "./job.ts";
import { type Kernel, cache, findKernel, systemdLayer } from "./kernel.ts";
import { machines } from "./machine.ts";
import type { Options } from "./options.ts";
import { qemu } from "./qemu.ts";
import { hasRoot, rootDirectory, rootOf } from "./root.ts";
import { shareRoot, virtiofsd } from "./share-root.ts";

export interface VmEnding extends Ending {
  readonly timedOut: boolean;
}

/** Runs a command in a guest of its own. */
export async function vm(options: Options, signal: AbortSignal): Promise<VmEnding> {
  const kernel = prepared(options);
  using place = mkdtempDisposableSync(join(tmpdir(), "wb-vm-"));
  const [tree, socket, initrd] = [join(place.path, "tree"), join(place.path, "socket"), join(place.path, "initramfs")];

  const cwd = process.cwd();
  const whereabouts = { cwd, visible: [checkout, cwd], kernel: kernel.directory, systemd: systemdLayer };
  const job = jobScript({ ...options, ...whereabouts, environment: environment() });
  writeFileSync(initrd, initramfs({ kernel, job }));
  mkdirSync(tree);
  await shareRoot({ tree, socket, root: rootOf(kernel.machine, checkout, cwd) });

  const time = AbortSignal.timeout(options.timeout * 1000);
  const argv = qemu({ ...options, kernel, initramfs: initrd, socket });
  const ending = await runGuest(argv, AbortSignal.any([signal, time]));
  return { ...ending, timedOut: time.aborted };
}

const checkout = join(import.meta.dirname, "../..");

/** The kernel, with all else that a guest needs. prepare.ts makes what is missing and speaks on stderr: stdout is the command's. */
function prepared({ arch, kernel: series, init }: Options): Kernel {
  const machine = machines[arch];
  const busybox = join(rootDirectory(arch), machine.busybox);
  const isComplete = (): boolean =>
    [machine.qemu, virtiofsd(), busybox].every(isInstalled) &&
    hasRoot(machine) &&
    (init === "none" || existsSync(systemdLayer));
  const found = findKernel(machine, series);
  if (found && isComplete()) return found;

  mkdirSync(cache, { recursive: true });
  console.error("vm: the first guest of this kind: what it needs is installed and unpacked before");
  const prepare = fileURLToPath(import.meta.resolve("./prepare.ts"));
  const program = [process.execPath, prepare, arch, init, ...(series === undefined ? [] : [series])];
  const { status } = spawnSync("flock", [join(cache, "lock"), ...program], { stdio: ["ignore", 2, 2] });
  const made = findKernel(machine, series);
  if (status !== 0 || made === undefined || !isComplete()) throw new Error("it could not be prepared (above)");
  return made;
}

function isInstalled(program: string): boolean {
  return spawnSync("sh", ["-c", 'command -v "$1"', "sh", program], { stdio: "ignore" }).status === 0;
}

/** Of the caller's environment what chooses programs and speaks to tests. */
function environment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) => /^(CI|PATH|WB_\w+)$/u.test(name));
  return { HOME: "/root", TERM: "dumb", ...Object.fromEntries(passed) };
}
