/** Commands of reboot(2), linux/reboot.h. */
export const LINUX_REBOOT_CMD = {
  RESTART: 0x0123_4567,
  HALT: 0xcdef_0123,
  CAD_ON: 0x89ab_cdef,
  CAD_OFF: 0x0000_0000,
  POWER_OFF: 0x4321_fedc,
  RESTART2: 0xa1b2_c3d4,
  SW_SUSPEND: 0xd000_fce2,
  KEXEC: 0x4558_4543,
} as const;
