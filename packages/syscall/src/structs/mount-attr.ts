import { type Struct, struct, u64 } from "../struct.ts";
import { MOUNT_ATTR, MS } from "../uapi/mount.ts";

/** `struct mount_attr`, mount_setattr(2), linux/mount.h. */
export interface MountAttr {
  readonly attr_set: bigint;
  readonly attr_clr: bigint;
  /** One of MS_SHARED, MS_SLAVE, MS_PRIVATE and MS_UNBINDABLE, or 0: leave it. */
  readonly propagation: bigint;
  /** User namespace whose id maps the mount gets: MOUNT_ATTR_IDMAP. */
  readonly userns_fd: bigint;
}

export const mountAttr: Struct<MountAttr> = struct<MountAttr>(
  "mount_attr",
  { attr_set: u64, attr_clr: u64, propagation: u64, userns_fd: u64 },
  {
    attr_set: { flags: MOUNT_ATTR, prefix: "MOUNT_ATTR_" },
    attr_clr: { flags: MOUNT_ATTR, prefix: "MOUNT_ATTR_" },
    propagation: { flags: MS, prefix: "MS_" },
    userns_fd: "fd",
  },
);
