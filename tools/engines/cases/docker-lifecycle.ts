import type { Case } from "../case.ts";

const sleeper = "run -d $I sleep 1000 >/dev/null";
/** `$1` is a list of `COMMAND SIGNAL` for trap. */
const trap = (handlers: string): string =>
  `run -d $OPTIONS $I sh -c '${handlers}; echo ready; while :; do sleep 0.1; done' >/dev/null; until_ says ready`;

/** What happens to a container between its start and its removal. */
export const lifecycle: readonly Case[] = [
  {
    name: "create, start, wait, rm",
    script:
      "create $I sh -c 'echo started; exit 3' >/dev/null; state; docker start -a $C; docker wait $C; state; docker rm $C",
    shows: "exit=3",
    short: true,
  },
  {
    name: "start again",
    script: "run $I sh -c 'echo once; test -e /again || { touch /again; exit 4; }'; state; docker start -a $C; state",
    shows: "exit=0",
  },
  { name: "rm of what was never started", script: "create $I true >/dev/null; docker rm $C", shows: "box" },
  {
    name: "stop: SIGTERM is handled",
    script: `${trap('trap "exit 3" TERM')}; docker stop $C >/dev/null; state`,
    shows: "exit=3",
    short: true,
  },
  {
    name: "stop -t 1: SIGTERM is ignored",
    script: `${sleeper}; docker stop -t 1 $C >/dev/null; state`,
    shows: "exit=137",
    short: true,
  },
  {
    name: "--stop-signal",
    script: `OPTIONS='--stop-signal USR1'; ${trap('trap "echo usr1; exit 5" USR1')}; docker stop $C >/dev/null; state; docker logs $C`,
    shows: "usr1",
  },
  {
    name: "kill",
    script: `${sleeper}; docker kill $C >/dev/null; until_ is exited; state`,
    shows: "exit=137",
    short: true,
  },
  {
    name: "kill -s HUP",
    script: `${trap('trap "echo hup" HUP; trap "exit 6" USR2')}; docker kill -s HUP $C >/dev/null; until_ says hup; state; docker kill -s USR2 $C >/dev/null; until_ is exited; state`,
    shows: "exit=6",
  },
  {
    name: "kill -s of a signal by number",
    script: `${trap('trap "exit 7" 34 USR1')}; docker kill -s 10 $C >/dev/null; until_ is exited; state`,
    shows: "exit=7",
  },
  { name: "kill of what ended", script: "run $I true; docker kill $C; echo status $?", shows: "status 1" },
  {
    name: "pause, unpause",
    script: `${sleeper}; docker pause $C >/dev/null; state; cat $(group freezer)/freezer.state $(group freezer)/cgroup.freeze 2>/dev/null; docker unpause $C >/dev/null; state; docker exec $C echo thawed`,
    shows: "thawed",
    short: true,
  },
  {
    name: "pause twice",
    script: `${sleeper}; docker pause $C >/dev/null; docker pause $C; echo status $?; docker unpause $C >/dev/null; docker unpause $C; echo status $?`,
    shows: "status 1",
  },
  {
    name: "pause stops it",
    script: `run -d $I sh -c 'while :; do echo x; sleep 0.05; done' >/dev/null; until_ says x; docker pause $C >/dev/null; a=$(docker logs $C | wc -l); sleep 1; b=$(docker logs $C | wc -l); [ $a = $b ] && echo still; docker unpause $C >/dev/null; until_ sh -c "[ \\$(docker logs $C | wc -l) -gt $b ]"; echo goes on`,
    shows: "still\ngoes on",
  },
  {
    name: "kill of a paused container",
    script: `${sleeper}; docker pause $C >/dev/null; docker kill $C; echo status $?; state; docker unpause $C >/dev/null 2>&1; until_ is exited; state`,
    shows: "exited",
  },
  {
    name: "stop of a paused container",
    script: `${sleeper}; docker pause $C >/dev/null; docker stop -t 1 $C; echo status $?; state`,
    shows: "status",
  },
  {
    name: "rm -f of a paused container",
    script: `${sleeper}; docker pause $C >/dev/null; docker rm -f $C; echo status $?; docker ps -aq | wc -l`,
    shows: "0",
  },
  {
    name: "top",
    script: `run -d $I sh -c 'sleep 1000 & sleep 1000' >/dev/null; until_ sh -c "docker top $C | grep -c sleep"; docker top $C -o pid,comm | awk '{ print $2 }'; docker top $C | awk 'NR == 1; NR > 1 { print $1, $NF }'`,
    shows: "sleep",
    short: true,
  },
  {
    name: "top of a process in a group below",
    script: `${sleeper}; docker exec -d $C sleep 77; until_ sh -c "docker top $C | grep -q 'sleep 77'"; docker top $C -o pid,args | sed 's/^[0-9]* *//' | sort`,
    shows: "sleep 77",
  },
  {
    name: "stats",
    script: `run -d -m 50m --pids-limit 30 $I sh -c 'sleep 1000 & sleep 1000' >/dev/null; docker stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemUsage}}' $C | sed 's,[^ ]* /,/,'`,
    shows: "box 2 / 50MiB",
    short: true,
  },
  {
    name: "restart",
    script: `${trap('trap "exit 3" TERM')}; a=$(pid); docker restart $C >/dev/null; state; [ $a != $(pid) ] && echo another; inspect '{{.RestartCount}}'`,
    shows: "another",
  },
  {
    name: "--restart on-failure:2",
    script:
      "run -d --restart on-failure:2 $I sh -c 'echo x; exit 3' >/dev/null; until_ is exited; inspect '{{.RestartCount}}'; state; docker logs $C",
    shows: "2\nexited",
    short: true,
  },
  {
    name: "--restart on-failure, success",
    script: "run -d --restart on-failure $I true >/dev/null; until_ is exited; inspect '{{.RestartCount}}'; state",
    shows: "0\nexited",
  },
  {
    name: "--restart always after kill -9 of its init",
    script: `run -d --restart always $I sleep 1000 >/dev/null; a=$(pid); kill -9 $a; until_ sh -c "docker inspect -f '{{.RestartCount}} {{.State.Status}}' $C | grep '1 running'"; inspect '{{.RestartCount}}'; state; [ $a != $(pid) ] && echo another`,
    shows: "another",
  },
  {
    name: "--restart always is stopped by docker kill",
    script: `run -d --restart always $I sleep 1000 >/dev/null; docker kill $C >/dev/null; until_ is exited; state; inspect '{{.RestartCount}}'`,
    shows: "exited",
  },
  {
    name: "kill -9 of its init",
    script: `${sleeper}; kill -9 $(pid); until_ is exited; state; docker wait $C`,
    shows: "exit=137",
  },
  {
    name: "health check",
    script: `run -d --health-cmd 'test -f /tmp/well' --health-interval 300ms --health-retries 2 $I sleep 1000 >/dev/null; health() { [ $(inspect '{{.State.Health.Status}}') = $1 ]; }; until_ health unhealthy; inspect '{{.State.Health.Status}}'; docker exec $C touch /tmp/well; until_ health healthy; inspect '{{.State.Health.Status}} {{.State.Health.FailingStreak}}'`,
    shows: "unhealthy\nhealthy",
    short: true,
  },
  {
    name: "wait, from before the end",
    script: `run -d $I sh -c 'sleep 1; exit 12' >/dev/null; docker wait $C`,
    shows: "12",
  },
  {
    name: "rename",
    script: `${sleeper}; docker rename $C other; docker exec other hostname >/dev/null; docker ps --format '{{.Names}}'; docker rm -f other`,
    shows: "other",
  },
  {
    name: "inspect",
    script: `${sleeper}; inspect '{{json .State}}' | sed 's/"Pid":[0-9]*/"Pid":N/'; [ -d /proc/$(pid) ] && cat /proc/$(pid)/comm`,
    shows: "sleep",
  },
  {
    name: "cp",
    script: `${sleeper}; echo in >$D/file; docker cp -q $D/file $C:/tmp/ 2>/dev/null || docker cp $D/file $C:/tmp/; docker exec $C cat /tmp/file; docker exec $C sh -c 'echo out >/tmp/back'; docker cp $C:/tmp/back - | tar -xO`,
    shows: "in\nout",
  },
  {
    name: "export, diff, commit",
    script: `run $I sh -c 'echo x >/made'; docker diff $C; docker export $C | tar -tf - | grep made; docker commit $C made >/dev/null; docker run --rm --runtime $NAME --network none made cat /made; docker rmi made >/dev/null`,
    shows: "A /made",
  },
  {
    name: "two processes end after init",
    script: `run $I sh -c 'sleep 1000 & sleep 1000 & exit 4'; state`,
    shows: "exit=4",
  },
  {
    name: "processes below survive no kill",
    script: `run -d $I sh -c 'for i in 1 2 3 4 5; do setsid sleep 1000 & done; sleep 1000' >/dev/null; g=$(group pids); until_ sh -c "[ \\$(wc -l <$g/cgroup.procs) = 6 ]"; docker kill $C >/dev/null; until_ is exited; until_ test ! -e $g; state`,
    shows: "exit=137",
  },
  {
    name: "start of a container whose bind source vanished",
    script: `mkdir $D/gone; create --mount type=bind,src=$D/gone,dst=/x $I true >/dev/null; rmdir $D/gone; docker start $C; echo status $?; state`,
    shows: "status 1",
  },
];
