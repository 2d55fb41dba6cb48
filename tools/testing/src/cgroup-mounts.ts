import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A mounted cgroup hierarchy: cgroups(7). */
export interface CgroupMount {
  readonly version: 1 | 2;
  readonly path: string;
  /** What it controls; none for a named v1 hierarchy or a bare v2 tree. */
  readonly controllers: readonly string[];
}

/** The hierarchies this process can see, from /proc/self/mountinfo. */
export function cgroupMounts(): CgroupMount[] {
  const known = new Set(v1Names());
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .flatMap((line): CgroupMount[] => {
      const [before = "", after = ""] = line.split(" - ");
      const path = before.split(" ")[4] ?? "";
      const [type, , options = ""] = after.split(" ");
      if (type === "cgroup")
        return [{ version: 1, path, controllers: options.split(",").filter((name) => known.has(name)) }];
      if (type === "cgroup2") return [{ version: 2, path, controllers: v2Names(path) }];
      return [];
    });
}

function v1Names(): string[] {
  const table = readFileSync("/proc/cgroups", "utf8");
  return table.split("\n").flatMap((line) => (line.startsWith("#") ? [] : (line.split("\t")[0] ?? [])));
}

function v2Names(path: string): string[] {
  return readFileSync(join(path, "cgroup.controllers"), "utf8").split(/\s+/u).filter(Boolean);
}
