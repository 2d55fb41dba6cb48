import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ending, runGuest } from "./guest.ts";
import { initramfs } from "./initramfs.ts";
import { jobScript } from "./job.ts";
import { type Kernel, cache, findKernel, kernelName } from "./kernel.ts";
import { type Machine, machines } from "./machines.ts";
import type { Options } from "./options.ts";
import { qemu } from "./qemu.ts";
import { shareRoot, virtiofsd } from "./share-root.ts";

/** Runs a command in a guest of its own. */
export async function vm(options: Options, signal: AbortSignal): Promise<Ending> {
  const machine = machines[options.arch];
  const kernel = prepare(options, machine);
  using place = mkdtempDisposableSync(join(tmpdir(), "wb-vm-"));
  const [tree, socket, initrd] = ["tree", "socket", "initramfs"].map((name) => join(place.path, name)) as Paths;

  const job = jobScript({ ...options, cwd: process.cwd(), visible: [checkout, process.cwd()], kernel: kernel.directory, environment: environment() });
  writeFileSync(initrd, initramfs({ kernel, busybox, job }));
  mkdirSync(tree);
  await shareRoot({ tree, socket });
  return await runGuest(qemu({ ...options, machine, kernel, initramfs: initrd, socket }), signal);
}

type Paths = [string, string, string];

const checkout = join(import.meta.dirname, "../..");
const busybox = "/bin/busybox";

/** What the guest needs, made first by prepare.ts where it is missing. That one speaks on stderr: stdout is the command's. */
function prepare({ arch, kernel: series }: Options, machine: Machine): Kernel {
  const name = kernelName(machine, series);
  const found = findKernel(name);
  if (found && [machine.qemu, virtiofsd(), busybox].every(isInstalled)) return found;

  mkdirSync(cache, { recursive: true });
  console.error("vm: the first guest here: what it needs is installed and unpacked first");
  const program = [process.execPath, join(import.meta.dirname, "prepare.ts"), arch, ...(series === undefined ? [] : [series])];
  const { status } = spawnSync("flock", [join(cache, "lock"), ...program], { stdio: ["ignore", 2, 2] });
  const made = findKernel(name);
  if (status !== 0 || made === undefined) throw new Error("what a guest needs could not be prepared (above)");
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
