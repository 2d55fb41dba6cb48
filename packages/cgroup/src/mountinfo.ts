/** A line of /proc/PID/mountinfo, proc_pid_mountinfo(5): what a cgroup hierarchy can be found by. */
export interface Mount {
  readonly id: string;
  readonly parent: string;
  /** The directory of the file system that stands at the mount point. */
  readonly root: string;
  readonly mountpoint: string;
  readonly type: string;
  /** Per-superblock options; a v1 hierarchy names its controllers here. */
  readonly options: readonly string[];
}

/** The mounts of cgroup file systems that a path can reach, over which nothing else is mounted. In the order of the text. */
export function cgroupMounts(mountinfo: string): Mount[] {
  const mounts = mountinfo.split("\n").flatMap(parseLine);
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  return mounts.filter((mount) => mount.type.startsWith("cgroup") && !isHidden(mount, mounts, byId));
}

function parseLine(line: string): Mount[] {
  const [head, tail] = line.split(" - ");
  const [id, parent, , root, mountpoint] = (head ?? "").split(" ");
  const [type, , options] = (tail ?? "").split(" ");
  if (id === undefined || parent === undefined || root === undefined || mountpoint === undefined || type === undefined)
    return [];
  return [
    { id, parent, root: unescape(root), mountpoint: unescape(mountpoint), type, options: (options ?? "").split(",") },
  ];
}

/** Space, tab, newline and backslash are written as `\040`. */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** A later mount hides this one when it stands on the mount itself or on one of its ancestors, at or above the mount point. */
function isHidden(mount: Mount, mounts: readonly Mount[], byId: ReadonlyMap<string, Mount>): boolean {
  const chain = new Set<string>();
  for (let at: Mount | undefined = mount; at !== undefined && !chain.has(at.id); at = byId.get(at.parent))
    chain.add(at.id);
  return mounts.some(
    (other) => !chain.has(other.id) && chain.has(other.parent) && isAtOrAbove(other.mountpoint, mount.mountpoint),
  );
}

function isAtOrAbove(upper: string, lower: string): boolean {
  return upper === lower || upper === "/" || lower.startsWith(`${upper}/`);
}
