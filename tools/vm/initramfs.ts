import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cpio, directory, file } from "./cpio.ts";
import { type Kernel, moduleFiles } from "./kernel.ts";
import { rootDirectory } from "./root.ts";

export interface InitramfsOptions {
  readonly kernel: Kernel;
  /** What the guest is to do: jobScript(). */
  readonly job: string;
}

/** The guest's first file system: busybox, what the kernel needs to see the machine's root, and guest/*.sh. */
export function initramfs({ kernel, job }: InitramfsOptions): Buffer {
  const script = (name: string): Buffer => readFileSync(join(import.meta.dirname, "guest", name));
  const busybox = join(rootDirectory(kernel.machine.arch), kernel.machine.busybox);
  const modules = moduleFiles(kernel, ["virtio_pci", "virtio_console", "virtiofs", "overlay"]);
  return cpio([
    ...["bin", "dev", "lower", "modules", "proc", "root", "run", "run/vm", "sys", "upper"].map(directory),
    file("bin/busybox", readFileSync(busybox), 0o755),
    file("init", script("init.sh"), 0o755),
    ...["run.sh", "systemd.sh"].map((name) => file(`run/vm/${name}`, script(name))),
    file("run/vm/job.sh", Buffer.from(job)),
    ...modules.map((path, index) => file(`modules/${String(index).padStart(2, "0")}.ko`, readFileSync(path))),
  ]);
}
