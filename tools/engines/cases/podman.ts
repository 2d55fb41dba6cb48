import type { Case } from "../case.ts";
import { MOUNT_TABLE } from "./mount-table.ts";

const sleeper = "run -d $I sleep 1000 >/dev/null";

/** podman as root, through conmon. */
export const podman: readonly Case[] = [
  { name: "podman run", script: "run --rm $I sh -c 'echo out; echo err >&2'", shows: "out", short: true },
  {
    name: "podman run: exit status",
    script: "run --rm $I sh -c 'exit 7'; echo status $?",
    shows: "status 7",
    short: true,
  },
  { name: "podman run -i", script: "echo hello | run --rm -i $I cat", shows: "hello" },
  {
    name: "podman run -it",
    script: `{ echo 'echo; test -t 0 && echo result $(tty); exit 3'; sleep 3; } | pty "$(pod_words) run --rm -it $I sh; echo status \\$?" | grep -E "^(result|status)"`,
    shows: "status 3",
    short: true,
  },
  {
    name: "podman run: a command that is missing",
    script: "run --rm $I /no/such; echo status $?; run --rm $I no-such; echo status $?",
    shows: "status 127",
    short: true,
  },
  {
    name: "podman run: not executable",
    script:
      "run --rm $I /etc/passwd; echo status $?; { run --rm $I /etc; echo status $?; } 2>&1 | sed 's/is a directory: //'",
    shows: "status 126",
  },
  {
    name: "podman run -d, logs, stop, rm",
    script:
      "run -d $I sh -c 'trap \"exit 3\" TERM; echo ready; while :; do sleep 0.1; done' >/dev/null; until_ says ready; pod logs $C; pod stop $C >/dev/null; state; pod rm $C >/dev/null; echo status $?",
    shows: "exit=3",
    short: true,
  },
  { name: "podman stop -t 1", script: `${sleeper}; pod stop -t 1 $C >/dev/null 2>&1; state`, shows: "exit=137" },
  { name: "podman kill", script: `${sleeper}; pod kill $C >/dev/null; until_ is exited; state`, shows: "exit=137" },
  {
    name: "podman kill -s",
    script:
      'run -d $I sh -c \'trap "echo hup" HUP; trap "exit 6" USR2; echo ready; while :; do sleep 0.1; done\' >/dev/null; until_ says ready; pod kill -s HUP $C >/dev/null; until_ says hup; pod kill -s USR2 $C >/dev/null; until_ is exited; state',
    shows: "exit=6",
  },
  {
    name: "podman create, start, wait",
    script:
      "pod create --name $C $I sh -c 'echo started; exit 3' >/dev/null; state; pod start -a $C; echo status $?; pod wait $C",
    shows: "status 3",
  },
  {
    name: "podman init",
    script:
      "pod create --name $C $I sleep 1000 >/dev/null; pod init $C >/dev/null; is initialized || state; pod start $C >/dev/null; state; pod restart -t 0 $C >/dev/null; state",
    shows: "running=true",
  },
  {
    name: "podman exec",
    script: `${sleeper}; pod exec $C sh -c 'echo out; echo err >&2; exit 9'; echo status $?; pod exec --user 7:8 -w /tmp -e ONE=1 $C sh -c 'id; pwd; echo $ONE'`,
    shows: "uid=7",
    short: true,
  },
  {
    name: "podman exec -it",
    script: `${sleeper}; { echo 'echo; echo result $(tty); exit 3'; sleep 2; } | pty "$(pod_words) exec -it $C sh; echo status \\$?" | grep -E "^(result|status)"`,
    shows: "status 3",
  },
  {
    name: "podman exec -d, -i",
    script: `${sleeper}; pod exec -d $C sh -c 'echo done >/tmp/file'; until_ pod exec $C test -s /tmp/file; pod exec $C cat /tmp/file; echo hello | pod exec -i $C cat`,
    shows: "done\nhello",
  },
  {
    name: "podman exec of what is missing",
    script: `${sleeper}; pod exec $C /no/such; echo status $?; pod exec $C no-such; echo status $?; pod exec $C /etc/passwd; echo status $?; pod exec -w /no/such $C true; echo status $?`,
    shows: "status 127",
  },
  {
    name: "podman exec --preserve-fds",
    script: `${sleeper}; echo through >$D/file; pod exec --preserve-fds 1 $C sh -c 'cat <&3' 3<$D/file`,
    shows: "through",
  },
  {
    name: "podman run --preserve-fds",
    script: `echo through >$D/file; run --rm --preserve-fds 1 $I sh -c 'cat <&3' 3<$D/file`,
    shows: "through",
  },
  {
    name: "podman pause, unpause",
    script: `${sleeper}; pod pause $C >/dev/null; state; pod unpause $C >/dev/null; state; pod exec $C echo again`,
    shows: "again",
    short: true,
  },
  {
    name: "podman rm -f of a paused one",
    script: `${sleeper}; pod pause $C >/dev/null; pod rm -f -t 0 $C >/dev/null; echo status $?; pod ps -aq | wc -l`,
    shows: "status",
  },
  {
    name: "podman top",
    script: `run -d $I sh -c 'sleep 1000 & sleep 1000' >/dev/null; until_ sh -c "[ \\$(wc -l <$(group pids)/cgroup.procs) -ge 2 ]"; pod top $C user comm hpid | awk '{ print $1, $2 }'; pod top $C -eo pid,comm | awk '{ print $2 }'`,
    shows: "sleep",
  },
  {
    name: "podman stats",
    script: `run -d -m 50m $I sleep 1000 >/dev/null; pod stats --no-stream --format '{{.Name}} {{.PIDs}}' $C`,
    shows: "box",
  },
  {
    name: "podman update",
    script: `run -d -m 50m $I sleep 1000 >/dev/null; pod update -m 60m --cpus 0.5 $C >/dev/null; limit memory memory.limit_in_bytes memory.max; limit cpu cpu.cfs_quota_us cpu.max`,
    shows: "62914560",
    short: true,
  },
  {
    name: "podman run: limits",
    script:
      "run -d -m 50m --cpus 0.5 --pids-limit 20 --cpu-shares 512 --cpuset-cpus 0 $I sleep 1000 >/dev/null; limit memory memory.limit_in_bytes memory.max; limit cpu cpu.cfs_quota_us cpu.max; limit pids pids.max pids.max; limit cpu cpu.shares cpu.weight; limit cpuset cpuset.cpus cpuset.cpus",
    shows: "52428800",
  },
  { name: "podman run --cgroups=disabled", script: "run --rm --cgroups=disabled $I sh -c 'echo runs'", shows: "runs" },
  {
    name: "podman run --cgroup-parent",
    script:
      "run -d --cgroup-parent /given $I sleep 1000 >/dev/null; group pids | grep -o /given; pod rm -f -t 0 $C >/dev/null; given() { find /sys/fs/cgroup -depth -type d -path '*/given*' -exec rmdir {} +; [ -z \"$(find /sys/fs/cgroup -type d -name given)\" ]; }; until_ given",
    shows: "/given",
  },
  {
    name: "podman run: OOM",
    script: "run -m 20m $I dd if=/dev/zero of=/dev/null bs=60M count=1; echo status $?; state",
    shows: "status 137",
  },
  {
    name: "podman run: credentials",
    script:
      "run --rm $I grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Umask)' /proc/self/status; run --rm --user 1000:1001 --cap-add net_admin --group-add 77 $I sh -c 'id; grep Cap /proc/self/status'; run --rm --cap-drop all $I grep CapEff /proc/self/status",
    shows: "uid=1000",
  },
  {
    name: "podman run: every mount",
    script: `run --rm $I ${MOUNT_TABLE}`,
    shows: "/sys/fs/cgroup",
    short: true,
  },
  {
    name: "podman run --read-only, --tmpfs, -v",
    script:
      'run --rm --read-only --tmpfs /t -v $D:/data $I sh -c \'touch /x; touch /t/x; touch /data/x; grep -E " /(t|data) " /proc/mounts | cut -d" " -f 2,3,4 | sort\'; ls $D',
    shows: "x",
  },
  {
    name: "podman run -v: idmap, rro",
    script:
      'run --rm -v $D:/data:ro,rslave $I sh -c \'touch /data/x; grep " /data " /proc/self/mountinfo | cut -d" " -f 5-8\'',
    shows: "/data ro",
  },
  { name: "podman run --init", script: "run --rm --init $I cat /proc/1/comm", shows: "podman-init" },
  {
    name: "podman run --systemd=always",
    script:
      'run --rm --systemd=always $I sh -c \'grep -E " /(run|tmp|sys/fs/cgroup/systemd) " /proc/mounts | cut -d" " -f 2,3; echo $container\'',
    shows: "podman",
  },
  {
    name: "podman run --systemd=false",
    script: "run --rm --systemd=false $I sh -c 'grep -c /run /proc/mounts; echo $container'",
    shows: "podman",
  },
  {
    name: "podman run --hostname, --sysctl, --ulimit, --shm-size",
    script:
      "run --rm --hostname web --sysctl net.ipv4.ip_forward=1 --ulimit nofile=100:200 --ulimit nproc=4096:4096 --shm-size 10m $I sh -c 'hostname; cat /proc/sys/net/ipv4/ip_forward; ulimit -n; df -k /dev/shm | tail -1'",
    shows: "web\n1\n100",
  },
  {
    name: "podman run --device",
    script:
      "run --rm --device /dev/zero:/dev/naught:r $I sh -c 'head -c 3 /dev/naught | wc -c; echo x >/dev/naught'; echo status $?",
    shows: "3",
  },
  { name: "podman run --umask", script: "run --rm --umask 0077 $I sh -c 'umask'", shows: "0077" },
  // runc 1.1 passes over linux.personality.
  {
    name: "podman run --personality",
    script: 'machine=$(run --rm --personality LINUX32 $I uname -m); [ "$machine" != "$(uname -m)" ] && echo another',
    shows: "another",
  },
  {
    name: "podman run --uidmap",
    script:
      "run --rm --uidmap 0:100000:65536 --gidmap 0:100000:65536 $I sh -c 'cat /proc/self/uid_map; id; touch /tmp/x'",
    shows: "100000",
  },
  {
    name: "podman run --privileged",
    script: "run --rm --privileged $I grep CapEff /proc/self/status",
    shows: "CapEff",
    forbidden: "root without CAP_SYS_RESOURCE",
  },
  {
    name: "podman run --pid host, --ipc host, --uts host, --network host",
    script:
      "run --rm --pid host --ipc host --uts host --network host $I sh -c 'for n in pid ipc uts net; do readlink /proc/self/ns/$n; done' >$D/links; for n in pid ipc uts net; do grep -qF \"$(readlink /proc/1/ns/$n)\" $D/links && echo shares $n; done",
    shows: "shares net",
  },
  {
    name: "podman stop of --pid host",
    script:
      "run -d --pid host $I sh -c 'sleep 1000 & sleep 1001' >/dev/null; pod stop -t 1 $C >/dev/null 2>&1; state; pgrep -f 'sleep 100[01]' | wc -l",
    shows: "exit=143",
  },
  {
    name: "podman run --network container:",
    script:
      "pod run -d --name first $I sleep 1000 >/dev/null; run --rm --network container:first --pid container:first $I ps -o args | grep -c '^sleep 1000'",
    shows: "1",
  },
  {
    name: "podman run --restart on-failure:2",
    script:
      "run -d --restart on-failure:2 $I sh -c 'echo x; exit 3' >/dev/null; until_ sh -c '[ $(cat '$D'/n 2>/dev/null || echo 1) = 1 ]'; sleep 3; pod logs $C",
    shows: "x\nx\nx",
  },
  {
    name: "podman healthcheck run",
    script:
      "run -d --health-cmd 'test -f /tmp/well' --health-interval disable $I sleep 1000 >/dev/null; pod healthcheck run $C; echo status $?; pod exec $C touch /tmp/well; pod healthcheck run $C; echo status $?",
    shows: "status 0",
  },
  {
    name: "podman run --security-opt",
    script: `run --rm --security-opt no-new-privileges --security-opt seccomp=unconfined $I grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; run --rm --security-opt unmask=ALL $I sh -c 'grep -c /proc/ /proc/self/mountinfo; true'`,
    shows: "NoNewPrivs:\t1",
  },
  {
    name: "podman pod",
    script:
      "pod pod create --name both --infra-image $I --infra-command 'sleep 1000' --share ipc,uts,pid >/dev/null; run -d --pod both $I sh -c 'echo x >/dev/shm/file; sleep 77' >/dev/null; until_ pod exec $C test -e /dev/shm/file; pod run --rm --pod both $I cat /dev/shm/file; pod pod stop -t 0 both >/dev/null 2>&1; state; pod pod rm -f both >/dev/null; echo status $?",
    shows: "x",
  },
  {
    name: "podman events, inspect",
    script: `${sleeper}; inspect '{{.State.Status}} {{.State.Running}} {{.Path}} {{.Args}}'; pod diff $C >/dev/null; pod cp /etc/hostname $C:/tmp/name; pod exec $C test -s /tmp/name && echo copied`,
    shows: "copied",
  },
];
