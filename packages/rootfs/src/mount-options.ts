import { MOUNT_ATTR, MS } from "@wb/syscall";

/** What the words of a mount's options mean, mount(8): the attributes of the mount, its propagation, and the file system's own. */
export interface ParsedOptions {
  /** Attributes of the mount to set and to clear, `struct mount_attr`. */
  readonly set: number;
  readonly clear: number;
  /** The same for everything below: `rro`, `rnosuid`. Since Linux 5.12. */
  readonly recursiveSet: number;
  readonly recursiveClear: number;
  /** Propagation, MS_PRIVATE or another of its kind, with MS_REC; 0 when none was named. */
  readonly propagation: number;
  readonly bind: "bind" | "rbind" | undefined;
  /** Options of the file system: `size=64m`. */
  readonly data: readonly string[];
}

/** Parses options in order: of two words that contradict each other, the later counts. */
export function parseMountOptions(options: readonly string[]): ParsedOptions {
  const parsed = {
    set: 0,
    clear: 0,
    recursiveSet: 0,
    recursiveClear: 0,
    propagation: 0,
    bind: undefined as ParsedOptions["bind"],
    data: [] as string[],
  };
  for (const word of options) {
    const propagation = PROPAGATION[word];
    const recursive = word.startsWith("r") ? ATTRIBUTES[word.slice(1)] : undefined;
    const attribute = ATTRIBUTES[word];
    if (word === "bind" || word === "rbind") parsed.bind = word;
    else if (propagation !== undefined) parsed.propagation = propagation;
    else if (attribute !== undefined) [parsed.set, parsed.clear] = applyAttribute(parsed.set, parsed.clear, attribute);
    else if (recursive !== undefined)
      [parsed.recursiveSet, parsed.recursiveClear] = applyAttribute(
        parsed.recursiveSet,
        parsed.recursiveClear,
        recursive,
      );
    else if (!IGNORED.has(word)) parsed.data.push(word);
  }
  return parsed;
}

interface Attribute {
  readonly flag: number;
  /** The word takes the flag away. */
  readonly clears?: boolean;
  /** Access times are a field of several bits: to set one, all are cleared. */
  readonly mask?: number;
}

function applyAttribute(
  set: number,
  clear: number,
  { flag, clears = false, mask = flag }: Attribute,
): [set: number, clear: number] {
  return clears ? [set & ~flag, clear | flag] : [(set & ~mask) | flag, (clear & ~flag) | (mask === flag ? 0 : mask)];
}

const ATTRIBUTES: Readonly<Record<string, Attribute | undefined>> = {
  ro: { flag: MOUNT_ATTR.RDONLY },
  rw: { flag: MOUNT_ATTR.RDONLY, clears: true },
  nosuid: { flag: MOUNT_ATTR.NOSUID },
  suid: { flag: MOUNT_ATTR.NOSUID, clears: true },
  nodev: { flag: MOUNT_ATTR.NODEV },
  dev: { flag: MOUNT_ATTR.NODEV, clears: true },
  noexec: { flag: MOUNT_ATTR.NOEXEC },
  exec: { flag: MOUNT_ATTR.NOEXEC, clears: true },
  nodiratime: { flag: MOUNT_ATTR.NODIRATIME },
  diratime: { flag: MOUNT_ATTR.NODIRATIME, clears: true },
  nosymfollow: { flag: MOUNT_ATTR.NOSYMFOLLOW },
  symfollow: { flag: MOUNT_ATTR.NOSYMFOLLOW, clears: true },
  relatime: { flag: MOUNT_ATTR.RELATIME, mask: MOUNT_ATTR._ATIME },
  noatime: { flag: MOUNT_ATTR.NOATIME, mask: MOUNT_ATTR._ATIME },
  strictatime: { flag: MOUNT_ATTR.STRICTATIME, mask: MOUNT_ATTR._ATIME },
};

const PROPAGATION: Readonly<Record<string, number | undefined>> = {
  private: MS.PRIVATE,
  rprivate: MS.PRIVATE | MS.REC,
  slave: MS.SLAVE,
  rslave: MS.SLAVE | MS.REC,
  shared: MS.SHARED,
  rshared: MS.SHARED | MS.REC,
  unbindable: MS.UNBINDABLE,
  runbindable: MS.UNBINDABLE | MS.REC,
};

/** Words of /etc/fstab that say nothing to the kernel. */
const IGNORED: ReadonlySet<string> = new Set(["defaults", "rootcontext", "async", "auto", "noauto", "nouser", "user"]);
