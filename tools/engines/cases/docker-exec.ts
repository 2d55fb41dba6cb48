import type { Case } from "../case.ts";

const start = "run -d $I sleep 1000 >/dev/null";

/** Other processes in a container that runs. */
export const exec: readonly Case[] = [
  {
    name: "exec",
    script: `${start}; docker exec $C sh -c 'echo out; echo err >&2; hostname >/dev/null'`,
    shows: "out",
    short: true,
  },
  {
    name: "exec: exit status",
    script: `${start}; docker exec $C sh -c 'exit 9'; echo status $?`,
    shows: "status 9",
    short: true,
  },
  {
    name: "exec: a signal's exit status",
    script: `${start}; docker exec $C sh -c 'kill -KILL $$'; echo status $?`,
    shows: "status 137",
  },
  { name: "exec -i: stdin", script: `${start}; echo hello | docker exec -i $C cat`, shows: "hello" },
  {
    name: "exec -i: much stdin",
    script: `${start}; head -c 3000000 /dev/zero | docker exec -i $C wc -c`,
    shows: "3000000",
  },
  {
    name: "exec -it",
    script: `${start}; { echo 'echo; test -t 0 && echo result $(tty); exit 3'; sleep 2; } | pty "docker exec -it $C sh; echo status \\$?" | grep -E "^(result|status)"`,
    shows: "status 3",
    short: true,
  },
  {
    name: "exec -t --user: owner of the terminal",
    script: `${start}; docker exec -t --user 7:8 $C sh -c 'stat -c %u $(tty)'`,
    shows: "7",
  },
  {
    name: "exec --user leaves /dev/null alone",
    script: `${start}; stat -c %u:%g:%a /dev/null >$D/1; docker exec --user 7:8 $C true </dev/null; stat -c %u:%g:%a /dev/null | cmp - $D/1 && echo equal`,
    shows: "equal",
  },
  {
    name: "exec --user",
    script: `${start}; docker exec --user 1000:1001 $C id; docker exec --user nobody $C sh -c 'id; grep Cap /proc/self/status'`,
    shows: "uid=1000 gid=1001",
  },
  {
    name: "exec: credentials",
    script: `${start}; docker exec $C grep -E '^(Cap|NoNewPrivs|Seccomp|Uid|Gid|Groups|Umask)' /proc/self/status`,
    shows: "CapEff",
  },
  {
    name: "exec as the container's user",
    script: `run -d --user 5:6 --group-add 77 --cap-add net_admin $I sleep 1000 >/dev/null; docker exec $C sh -c 'id; grep Cap /proc/self/status'`,
    shows: "uid=5",
  },
  {
    name: "exec -w, -e",
    script: `${start}; docker exec -w /tmp -e ONE=1 -e TWO=2 $C sh -c 'pwd; echo $ONE$TWO$HOME$PATH'`,
    shows: "/tmp\n12",
  },
  {
    name: "exec -w is missing",
    script: `${start}; docker exec -w /no/such $C pwd; echo status $?`,
    shows: "status 12",
  },
  {
    name: "exec -d",
    script: `${start}; docker exec -d $C sh -c 'echo done >/tmp/file'; until_ docker exec $C test -s /tmp/file; docker exec $C cat /tmp/file`,
    shows: "done",
  },
  {
    name: "exec of what is missing",
    script: `${start}; docker exec $C /no/such; echo status $?; state`,
    shows: "status 12",
    short: true,
  },
  {
    name: "exec of what is not in PATH",
    script: `${start}; docker exec $C no-such; echo status $?`,
    shows: "status 12",
  },
  {
    name: "exec of what is not executable",
    script: `${start}; docker exec $C /etc/passwd; echo status $?`,
    shows: "status 126",
  },
  {
    name: "exec in a container that ended",
    script: "run -d $I true >/dev/null; docker wait $C; docker exec $C true; echo status $?",
    shows: "status 1",
  },
  {
    name: "exec in a paused container",
    script: `${start}; docker pause $C >/dev/null; docker exec $C true; echo status $?; docker unpause $C >/dev/null; docker exec $C echo again`,
    shows: "again",
  },
  {
    name: "exec is in the container's group",
    script: `${start}; docker exec $C cat /proc/1/cgroup >$D/1; docker exec $C cat /proc/self/cgroup >$D/2; cmp $D/1 $D/2 && echo equal`,
    shows: "equal",
  },
  {
    name: "exec is in the container's namespaces",
    script: `${start}; docker exec $C sh -c 'for n in cgroup ipc mnt net pid uts user; do [ $(readlink /proc/1/ns/$n) = $(readlink /proc/self/ns/$n) ] && echo $n; done'`,
    shows: "uts",
  },
  {
    name: "exec dies with the container",
    script: `${start}; docker exec $C sleep 999 & until_ sh -c "docker top $C -o pid,args | grep 'sleep 999'"; docker kill $C >/dev/null; wait $!; echo status $?`,
    shows: "status 137",
  },
  {
    name: "exec: limits",
    script: `run -d --ulimit nofile=50:60 $I sleep 1000 >/dev/null; docker exec $C sh -c 'ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj'`,
    shows: "50\n60",
  },
  {
    name: "exec --privileged",
    script: `${start}; docker exec --privileged $C grep CapEff /proc/self/status`,
    shows: "CapEff",
    forbidden: "root without CAP_SYS_RESOURCE has no full set of capabilities",
  },
  {
    name: "twenty execs at once",
    script: `${start}; for n in $(seq 20); do docker exec $C echo number $n & done | sort -V; wait`,
    shows: "number 20",
  },
];
