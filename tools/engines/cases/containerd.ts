import type { Case } from "../case.ts";
import { MOUNT_TABLE } from "./mount-table.ts";

const sleeper = "run -d --rootfs $R $C sleep 1000";

/** containerd's own client on a root file system. */
export const bundles: readonly Case[] = [
  {
    name: "ctr run",
    script: "run --rm --rootfs $R $C sh -c 'echo out; echo err >&2; cat /proc/self/cgroup'",
    shows: "out",
    short: true,
  },
  {
    name: "ctr run: exit status",
    script: "run --rm --rootfs $R $C sh -c 'exit 7'; echo status $?",
    shows: "status 7",
    short: true,
  },
  { name: "ctr run: stdin", script: "echo hello | run --rm --rootfs $R $C head -n 1", shows: "hello" },
  {
    name: "ctr run -t",
    script: `{ sleep 2; } | pty "ctr run --rm -t --env PATH=/bin --runc-binary $RUNTIME --rootfs $R $C sh -c 'tty; stty size >/dev/null && echo terminal; exit 3'"; echo status $?`,
    shows: "status 3",
    short: true,
  },
  {
    name: "ctr run: every mount",
    script: `run --rm --rootfs $R $C ${MOUNT_TABLE}`,
    shows: "/proc",
  },
  {
    name: "ctr run: credentials",
    script:
      "run --rm --rootfs $R $C sh -c 'grep -E \"^(Cap|NoNewPrivs|Seccomp)\" /proc/self/status; cat /proc/self/limits; ls /dev | grep -v core'",
    shows: "CapEff",
  },
  {
    name: "ctr run --seccomp",
    script:
      "run --rm --seccomp --rootfs $R $C sh -c 'grep Seccomp: /proc/self/status; unshare -m true'; echo status $?",
    shows: "Seccomp:\t2",
  },
  {
    name: "ctr run: options",
    script:
      "run --rm --env ONE=1 --cwd /tmp --memory-limit 50000000 --cpus 0.5 --read-only --mount type=bind,src=$D,dst=/tmp,options=rbind:rw --rootfs $R $C sh -c 'pwd; echo $ONE; touch /x; touch /tmp/x'; echo status $?; ls $D",
    shows: "/tmp\n1",
  },
  {
    name: "ctr run --net-host",
    script:
      "run --rm --net-host --rootfs $R $C readlink /proc/self/ns/net >$D/net; [ $(cat $D/net) = $(readlink /proc/1/ns/net) ] && echo shares",
    shows: "shares",
  },
  {
    name: "ctr run --with-ns",
    script:
      "unshare --net sleep 1000 & n=$!; sleep 0.3; run --rm --with-ns network:/proc/$n/ns/net --rootfs $R $C readlink /proc/self/ns/net >$D/net; [ $(cat $D/net) = $(readlink /proc/$n/ns/net) ] && echo joined; kill $n; wait 2>/dev/null; true",
    shows: "joined",
  },
  {
    name: "ctr run --privileged",
    script: "run --rm --privileged --rootfs $R $C grep CapEff /proc/self/status",
    shows: "CapEff",
    forbidden: "root without CAP_SYS_RESOURCE",
  },
  {
    name: "ctr run: a command that is missing",
    script: "run --rootfs $R $C /no/such; echo status $?",
    shows: "status 1",
  },
  {
    name: "ctr run -d, exec, kill, rm",
    script: `${sleeper}; state; ctr task exec --exec-id one $C sh -c 'echo inside; exit 4'; echo status $?; ctr task kill -s KILL $C; until_ is STOPPED; state; ctr task rm $C; echo status $?; ctr container rm $C`,
    shows: "STOPPED",
    short: true,
  },
  {
    name: "ctr exec -t",
    script: `${sleeper}; { sleep 2; } | pty "ctr task exec -t --exec-id one $C sh -c 'tty; sleep 1; exit 5'"; echo status $?`,
    shows: "status 5",
  },
  {
    name: "ctr exec --user, --cwd",
    script: `${sleeper}; ctr task exec --exec-id one --user 7:8 --cwd /tmp $C sh -c 'id; pwd'`,
    shows: "uid=7",
  },
  {
    name: "ctr exec of what is missing",
    script: `${sleeper}; ctr task exec --exec-id one $C /no/such; echo status $?; state`,
    shows: "RUNNING",
  },
  {
    name: "ctr pause, resume",
    script: `${sleeper}; ctr task pause $C; state; ctr task resume $C; state; ctr task exec --exec-id one $C echo again`,
    shows: "PAUSED\nRUNNING\nagain",
    short: true,
  },
  {
    name: "ctr ps, metrics",
    script: `${sleeper}; ctr task exec -d --exec-id one $C sleep 77; ctr task ps $C | wc -l; ctr task metrics $C | grep -c pids`,
    shows: "3",
  },
  {
    name: "ctr kill --all",
    script: `run -d --rootfs $R $C sh -c 'trap "" TERM; sleep 1000 & sleep 1000'; ctr task kill -a -s KILL $C; until_ is STOPPED; state; ctr task rm $C; echo status $?`,
    shows: "STOPPED",
  },
  {
    name: "ctr task rm --force of a paused one",
    script: `${sleeper}; ctr task pause $C; ctr task rm -f $C; echo status $?`,
    shows: "status",
  },
  {
    name: "ctr checkpoint is refused",
    script: `${sleeper}; ctr task checkpoint $C >/dev/null 2>&1; echo refused; state`,
    shows: "RUNNING",
  },
];
