/** An emulated machine: nothing that a guest on virtio devices has no use for. */
export interface Machine {
  readonly arch: Arch;
  readonly qemu: string;
  readonly args: string;
  readonly console: string;
  /** The end of the names of its kernels in Debian. Those for clouds have all that containers need and half as much to start. */
  readonly flavour: string;
  /** On the guest's root. Must be static. */
  readonly busybox: string;
  /** Of this Debian. */
  readonly packages: readonly string[];
}

export const ARCHITECTURES = ["x64", "arm64"] as const;

/** As Node calls them. */
export type Arch = (typeof ARCHITECTURES)[number];

const accel = "-accel tcg,thread=multi -smp 2";

export const machines: Readonly<Record<Arch, Machine>> = {
  x64: {
    arch: "x64",
    qemu: "qemu-system-x86_64",
    args: `-machine q35 -cpu max ${accel}`,
    console: "ttyS0",
    flavour: "cloud-amd64",
    busybox: "/bin/busybox",
    packages: ["busybox-static", "kmod", "qemu-system-x86"],
  },
  arm64: {
    arch: "arm64",
    qemu: "qemu-system-aarch64",
    // Signed pointers as Arm defines them take a third of all time to emulate.
    args: `-machine virt -cpu max,pauth-impdef=on ${accel}`,
    console: "ttyAMA0",
    flavour: "cloud-arm64",
    busybox: "/bin/busybox",
    packages: ["debian-archive-keyring", "kmod", "qemu-system-arm", "qemu-system-common"],
  },
};
