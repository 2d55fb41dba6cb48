/** The emulated machine: nothing that a guest on virtio devices has no use for. */
export const machine = {
  qemu: "qemu-system-x86_64",
  args: "-machine q35 -cpu max -accel tcg,thread=multi -smp 2",
  console: "ttyS0",
  /** The end of the names of its kernels in Debian. Those for clouds have all that containers need and half as much to start. */
  flavour: "cloud-amd64",
  /** Must be static. */
  busybox: "/bin/busybox",
  packages: ["busybox-static", "kmod", "qemu-system-x86"],
} as const;
