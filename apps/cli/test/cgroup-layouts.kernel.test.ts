/** What a container sees of control groups, and how they hold it: on every layout, and short, for tools/vm is slow. */
import { hostState, requires } from "@wb/testing";
import { beforeAll, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { wb, wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 600_000);

const container = requires("root", "cgroup_controller:memory", "cgroup_controller:pids");
const host = ["run", "--rm", "--net", "none", "--rootfs", "/:O"];

container("wb run -m and --pids-limit hold the command and its children", async () => {
  const before = hostState();
  const script = `head -c 60m /dev/zero | tail >/dev/null; echo status $?
    (for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done) 2> /tmp/said
    while read -r line; do case $line in *fork*|*unavailable*) echo refused; break; esac; done < /tmp/said`;
  const { stdout } = await wb([...host, "-m", "20m", "--pids-limit", "6", "sh", "-c", script]);
  expect(stdout).toBe("status 137\nrefused\n");
  await isAsBefore(before);
});

container("a container's groups are / in every hierarchy, from the first instruction on", async () => {
  const { stdout } = await wb([...host, "cut", "-d:", "-f3", "/proc/self/cgroup"]);
  expect(new Set(stdout.trim().split("\n"))).toEqual(new Set(["/"]));
});

container("a cgroup file system that a container mounts shows its own groups alone", async () => {
  // Of each hierarchy: the processes in its root, which as another namespace's would be 0, and the groups below.
  const script = `while IFS=: read -r id of _; do
      case $of in '') type=cgroup2 options=defaults ;; *) type=cgroup options=$of ;; esac
      mount -t $type -o "$options" c /mnt || echo "no $of"
      sort -nu /mnt/cgroup.procs | head -1; find /mnt -mindepth 1 -type d; umount /mnt
    done </proc/self/cgroup`;
  const { stdout, stderr } = await wb([...host, "--cap-add", "SYS_ADMIN", "sh", "-c", script]);
  expect(stderr).toBe("");
  expect(new Set(stdout.trim().split("\n"))).toEqual(new Set(["1"]));
});
