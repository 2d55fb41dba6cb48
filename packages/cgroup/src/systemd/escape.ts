/**
 * The name of a unit's group: one that could be taken for a file of a group gets a `_` before, cg_escape() of systemd's
 * basic/cgroup-util.c. systemd 252 has no `_` before a controller's name with two dots behind it, `memory.a.scope`: what path
 * a unit that is there has, only systemd says.
 *
 * @example
 * escapeGroupName("memory.scope"); // "_memory.scope"
 */
export function escapeGroupName(unit: string): string {
  return MISLEADING.test(unit) ? `_${unit}` : unit;
}

/** The unit of a group's name, the other way round: cg_unescape(). */
export function unescapeGroupName(name: string): string {
  return name.startsWith("_") ? name.slice(1) : name;
}

/** The controllers are those of systemd's cgroup_controller_table, with the programs that it counts as such. */
const CONTROLLERS =
  "cpu cpuacct cpuset io blkio memory devices pids bpf-firewall bpf-devices bpf-foreign bpf-socket-bind bpf-restrict-network-interfaces";

const MISLEADING = new RegExp(`^(?:[_.]|cgroup\\.|(?:${CONTROLLERS.replaceAll(" ", "|")})\\.)`);
