import type { Case } from "../case.ts";
import { MOUNT_TABLE } from "./mount-table.ts";

/** Containers whose root is another user on the machine. */
export const remapped: readonly Case[] = [
  {
    name: "remap: ids",
    script: "run --rm $I sh -c 'id; cat /proc/self/uid_map /proc/self/gid_map'",
    shows: "uid=0",
    short: true,
  },
  {
    name: "remap: owner of what it makes",
    script:
      "run -d $I sh -c 'touch /tmp/x; sleep 1000' >/dev/null; until_ docker exec $C test -e /tmp/x; stat -c %u:%g /proc/$(pid)/root/tmp/x /proc/$(pid)",
    shows: "0",
  },
  // Without the devices and their owners: runc binds those of the host, which are nobody's in the container.
  {
    name: "remap: every mount",
    script: `run --rm -v $D:/data:ro $I ${MOUNT_TABLE} | grep -vE ' /dev/(full|null|random|tty|urandom|zero) '`,
    shows: "/sys/fs/cgroup",
  },
  {
    name: "remap: /dev",
    script:
      "run --rm -t $I sh -c 'ls -l /dev | grep -v core | awk \"{ print \\$1, \\$5 }\"; echo x >/dev/null; stat -c %u $(tty)'",
    shows: "crw",
  },
  {
    name: "remap: exec",
    script:
      "run -d $I sleep 1000 >/dev/null; docker exec $C sh -c 'id; cat /proc/self/uid_map'; docker exec -u 7 $C id",
    shows: "uid=7",
  },
  {
    name: "remap: --user, --cap-add",
    script: "run --rm --user 5:6 --cap-add net_admin $I sh -c 'id; grep Cap /proc/self/status'",
    shows: "uid=5",
  },
  {
    name: "remap: limits, update, stop",
    script:
      "run -d -m 50m $I sleep 1000 >/dev/null; limit memory memory.limit_in_bytes memory.max; docker update -m 60m --memory-swap 60m $C >/dev/null; limit memory memory.limit_in_bytes memory.max; docker stop -t 1 $C >/dev/null; state",
    shows: "62914560",
  },
  {
    name: "remap: --sysctl, --tmpfs, --read-only",
    script:
      "run --rm --sysctl net.ipv4.ip_forward=1 --tmpfs /t --read-only $I sh -c 'cat /proc/sys/net/ipv4/ip_forward; touch /t/x && echo written; touch /x'; echo status $?",
    shows: "written",
  },
  { name: "remap: --userns host", script: "run --rm --userns host $I cat /proc/self/uid_map", shows: "4294967295" },
];
