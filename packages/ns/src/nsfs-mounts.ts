import { KINDS, type Namespace, NAMESPACES } from "./namespace.ts";

/** A namespace that is pinned: its file is mounted on a path. */
export interface NsfsMount {
  readonly kind: Namespace;
  readonly inode: number;
  readonly path: string;
}

/**
 * The pinned namespaces in the text of a /proc/PID/mountinfo, proc_pid_mountinfo(5); without those whose path was removed,
 * which another mount namespace may do.
 */
export function nsfsMounts(mountinfo: string): NsfsMount[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [, , , root = "", mountPoint = ""] = line.split(" ");
    const [, file, inode] = /^(\w+):\[(\d+)\]$/.exec(root) ?? [];
    const kind = KINDS.find((candidate) => NAMESPACES[candidate].file === file);
    if (kind === undefined || !line.includes(" - nsfs ") || mountPoint.endsWith("//deleted")) return [];
    return [{ kind, inode: Number(inode), path: unescapeOctal(mountPoint) }];
  });
}

/** Space, tab, newline and backslash are written in octal. */
function unescapeOctal(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
