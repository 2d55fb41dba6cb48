import { CgroupError } from "./error.ts";

/** NAME_MAX and PATH_MAX of limits.h, the latter less what a mount point and a file name may need. */
const NAME_MAX = 255;
const PATH_MAX = 3072;

/**
 * The path of a group within its hierarchies: absolute, without `.`, empty parts or a slash at the end. A relative path
 * counts from the hierarchy's root.
 *
 * @throws CgroupError `WB_CGROUP_PATH` for the root itself, for `..`, and for what no directory can be called
 * @example
 * cgroupPath("kubepods//pod1/./web/"); // "/kubepods/pod1/web"
 */
export function cgroupPath(path: string): string {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  const problem =
    names.map(problemOf).find((found) => found !== undefined) ??
    (path.length > PATH_MAX ? `is longer than ${PATH_MAX} characters` : undefined);
  if (problem !== undefined) throw refused(path, problem);
  if (names.length === 0)
    throw refused(path, "is the root of the hierarchy, where the processes of the whole machine are");
  return `/${names.join("/")}`;
}

function problemOf(name: string): string | undefined {
  if (name === "..") return 'has a ".." in it, which could lead out of the hierarchy';
  if (/[\0-\x1f\x7f]/.test(name)) return "has a control character in it";
  if (name.startsWith("cgroup."))
    return `has a part called ${name}: names that begin with "cgroup." are the kernel's own files`;
  if (Buffer.byteLength(name) > NAME_MAX) return `has a part longer than ${NAME_MAX} bytes`;
  return undefined;
}

function refused(path: string, problem: string): CgroupError {
  return new CgroupError("WB_CGROUP_PATH", `the cgroup path ${JSON.stringify(path)} ${problem}`, {
    path,
    hint: "give a path below the root of the hierarchies: /my-group or /parent/my-group",
  });
}

/** The group's directory and those above it, outermost first, without the mount point: `/a`, `/a/b` for `/a/b`. */
export function ancestry(path: string): string[] {
  const names = path.split("/").slice(1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}
