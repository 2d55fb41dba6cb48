/** A mounted cgroup hierarchy, with what mounts it once more. */
export interface CgroupTree {
  readonly path: string;
  readonly type: "cgroup" | "cgroup2";
  /** Names for mount -o: the controllers of a v1 hierarchy, or `none,name=NAME`; empty for v2. */
  readonly options: string;
}

/** The hierarchies in a text like /proc/self/mountinfo, each once. */
export function cgroupTrees(mountinfo: string): CgroupTree[] {
  const trees = mountinfo.split("\n").flatMap((line): CgroupTree[] => {
    const [before = "", after = ""] = line.split(" - ");
    const [type, , options = ""] = after.split(" ");
    const path = before.split(" ")[4] ?? "";
    if (type === "cgroup2") return [{ path, type, options: "" }];
    return type === "cgroup" ? [{ path, type, options: v1Options(options) }] : [];
  });
  return trees.filter(
    ({ type, options }, index) => index === trees.findIndex((one) => one.type === type && one.options === options),
  );
}

/** What is no controller: cgroup1_show_options() of kernel/cgroup/cgroup-v1.c. */
const OTHER = /^(rw|ro|noprefix|xattr|cpuset_v2_mode|clone_children|favordynmods|release_agent=.*)$/u;

function v1Options(shown: string): string {
  const options = shown.split(",").filter((option) => !OTHER.test(option));
  return options.some((option) => option.startsWith("name=")) ? ["none", ...options].join(",") : options.join(",");
}
