import { dirname } from "node:path";
import type { CgroupTree } from "./cgroup-trees.ts";

/**
 * The shell script of process 1 in the engines' machine: it mounts what belongs to the new namespaces and what engines write
 * at fixed places, runs "$@", and lets nothing stay frozen, since the kernel waits for each process of a PID namespace that
 * ends. The shell stays, because it reaps what engines orphan.
 */
export function machineScript(trees: readonly CgroupTree[]): string {
  return [
    "set -e",
    "ip link set lo up",
    ...EMPTY.map((path) => `mkdir -p ${path}; mount -t tmpfs -o mode=755 tmpfs ${path}`),
    // sysfs shows the links of the network namespace in which it was mounted.
    "mount -t sysfs -o nosuid,nodev,noexec sysfs /sys",
    ...mountTrees(trees),
    // The range of user ids for dockerd's --userns-remap.
    ...["subuid", "subgid"].map(
      (name) =>
        `echo nobody:100000:65536 >$TMPDIR/${name}; [ ! -e /etc/${name} ] || mount --bind $TMPDIR/${name} /etc/${name}`,
    ),
    "set +e",
    '"$@"',
    "status=$?",
    `find /sys/fs/cgroup -name freezer.state -exec sh -c 'echo THAWED >"$1"' sh {} \\; 2>/dev/null`,
    `find /sys/fs/cgroup -name cgroup.freeze -exec sh -c 'echo 0 >"$1"' sh {} \\; 2>/dev/null`,
    "exit $status",
    "",
  ].join("\n");
}

/** Where engines and runtimes keep state that no option moves. */
const EMPTY = ["/run", "/var/lib/cni", "/var/lib/containers", "/var/lib/containerd", "/var/lib/docker", "/etc/cni"];

function mountTrees(trees: readonly CgroupTree[]): string[] {
  const base = dirname(trees[0]?.path ?? "/sys/fs/cgroup/v2");
  const unified = trees.find(({ path }) => path === "/sys/fs/cgroup");
  return [
    ...(unified === undefined ? [`mount -t tmpfs -o mode=755 tmpfs ${base}`] : []),
    ...trees.flatMap(({ path, type, options }) => [
      ...(unified === undefined ? [`mkdir -p ${path}`] : []),
      `mount -t ${type} ${options === "" ? "" : `-o ${options} `}${type} ${path}`,
      ...aliases(options).map((name) => `ln -s ${path} ${base}/${name}`),
    ]),
    ...(unified === undefined ? [] : delegate(unified.path)),
  ];
}

/** cpu is cpu,cpuacct, as cgroup-tools and systemd have it. */
function aliases(options: string): string[] {
  const names = options.split(",");
  return names.length > 1 && names[0] !== "none" ? names : [];
}

/** cgroups(7), "no internal processes": a group of v2 with processes hands no controller on. */
function delegate(path: string): string[] {
  return [
    `mkdir ${path}/init`,
    `for pid in $(cat ${path}/cgroup.procs); do echo $pid >${path}/init/cgroup.procs || :; done`,
    `for name in $(cat ${path}/cgroup.controllers); do echo +$name >${path}/cgroup.subtree_control; done`,
  ];
}
