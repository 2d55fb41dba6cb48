import type { Options } from "./options.ts";

/** How QEMU and Debian name one architecture. */
export interface Machine {
  readonly qemu: string;
  /** The machine, with nothing that a guest on virtio devices has no use for, and a processor. */
  readonly args: string;
  readonly console: string;
  readonly debianArch: string;
  /** What has to be installed for it, as a list for installDebianPackages(). */
  readonly packages: readonly string[];
}

export const machines: Readonly<Record<Options["arch"], Machine>> = {
  x64: {
    qemu: "qemu-system-x86_64",
    args: "-machine q35 -cpu max",
    console: "ttyS0",
    debianArch: "amd64",
    packages: ["busybox-static", "kmod", "qemu-system-x86"],
  },
  arm64: {
    qemu: "qemu-system-aarch64",
    args: "-machine virt,gic-version=3 -cpu cortex-a72",
    console: "ttyAMA0",
    debianArch: "arm64",
    packages: ["busybox-static", "debootstrap", "kmod", "qemu-system-arm"],
  },
};
