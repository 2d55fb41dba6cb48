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

/**
 * Whether a walk to the mount point ends in another mount: path_resolution(7) crosses, of those on one mount, the first that it
 * meets. So one hides this mount when it stands at or above the mount's own way on from an ancestor; mounts below that
 * way's beginning are hidden themselves.
 */
function isHidden(mount: Mount, mounts: readonly Mount[], byId: ReadonlyMap<string, Mount>): boolean {
  const wayOn = new Map<string, Mount>();
  for (let at: Mount | undefined = mount; at !== undefined && !wayOn.has(at.parent); at = byId.get(at.parent))
    wayOn.set(at.parent, at);
  const chain = new Set([...wayOn.values()].map(({ id }) => id));
  return mounts.some((other) => {
    const on = other.parent === mount.id ? mount : wayOn.get(other.parent);
    return on !== undefined && !chain.has(other.id) && isAtOrAbove(other.mountpoint, on.mountpoint);
  });
}

function isAtOrAbove(upper: string, lower: string): boolean {
  return upper === lower || upper === "/" || lower.startsWith(`${upper}/`);
}
