import { portArguments } from "./guest.ts";
import type { Kernel } from "./kernel.ts";
import type { Options } from "./options.ts";

export interface QemuOptions extends Pick<Options, "cgroup" | "init" | "memory"> {
  readonly kernel: Kernel;
  readonly initramfs: string;
  /** Of the server of the root. */
  readonly socket: string;
}

/** QEMU with its arguments: software emulation, and no device but the root, the console and the ports. */
export function qemu({ kernel, initramfs, cgroup, init, memory, socket }: QemuOptions): string[] {
  // virtiofs needs memory that its server can map.
  const shared = `-object memory-backend-memfd,id=memory,size=${memory},share=on -numa node,memdev=memory`;
  const { machine } = kernel;
  return [
    machine.qemu,
    ...`-nodefaults -no-user-config -display none -nic none -no-reboot ${machine.args}`.split(" "),
    ...`-m ${memory} ${shared}`.split(" "),
    "-chardev",
    `socket,id=root,path=${socket}`,
    "-device",
    "vhost-user-fs-pci,chardev=root,tag=root,queue-size=1024",
    ...portArguments,
    "-kernel",
    kernel.image,
    "-initrd",
    initramfs,
    "-append",
    `${commandLine(machine.console, cgroup)}${init === "systemd" ? systemdOptions[cgroup] : ""}`,
  ];
}

/** admin-guide/kernel-parameters: no time for what protects a machine, tests itself or waits for real hardware. */
function commandLine(console: string, cgroup: Options["cgroup"]): string {
  const fast = "mitigations=off nokaslr audit=0 cryptomgr.notests no_timer_check tsc=reliable random.trust_cpu=on";
  const end = "panic=-1"; // which -no-reboot makes the end of QEMU
  return `console=${console} quiet ${end} ${fast} psi=1${cgroup === "v2" ? " cgroup_no_v1=all" : ""}`;
}

/** kernel-command-line(7) of systemd: which hierarchies it mounts, and nothing of the host's fstab. */
const systemdOptions: Readonly<Record<Options["cgroup"], string>> = {
  v2: " fstab=no systemd.unified_cgroup_hierarchy=1",
  v1: " fstab=no systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1",
  hybrid: " fstab=no systemd.unified_cgroup_hierarchy=0",
};
