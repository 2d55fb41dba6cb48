import type { Case } from "../case.ts";

/** What comes out of a container, and how it ends. */
export const run: readonly Case[] = [
  { name: "run: output", script: "run --rm $I sh -c 'echo out; echo err >&2'", shows: "out", short: true },
  { name: "run: exit status", script: "run --rm $I sh -c 'exit 7'; echo status $?", shows: "status 7", short: true },
  { name: "run -i: stdin", script: "echo hello | run --rm -i $I cat", shows: "hello", short: true },
  { name: "run -i: much stdin", script: "head -c 5000000 /dev/zero | run --rm -i $I wc -c", shows: "5000000" },
  { name: "run: much output", script: "run --rm $I head -c 5000000 /dev/zero | wc -c", shows: "5000000" },
  {
    name: "run -it: a shell",
    script: `{ echo 'echo; test -t 0 && test -t 1 && test -t 2 && echo result $(tty); exit 3'; sleep 3; } |
pty "docker run --runtime $NAME --network none --rm -it $I sh; echo status \\$?" | grep -E "^(result|status)"`,
    shows: "status 3",
    short: true,
  },
  {
    name: "run -it: the terminal's size",
    script: `{ sleep 3; } | pty "stty rows 33 cols 77; docker run --runtime $NAME --network none --rm -it $I sh -c 'until stty size | grep -q 77; do sleep 0.1; done; stty size'"`,
    shows: "33 77",
  },
  {
    name: "run -it: ^C",
    script: `{ sleep 2; printf '\\003'; sleep 2; } | pty "docker run --runtime $NAME --network none --rm -it $I sh -c 'trap \\"echo; echo interrupted; exit 4\\" INT; while :; do sleep 0.1; done'"; echo status $?`,
    shows: "status 4",
  },
  {
    name: "run -t: /dev/console",
    script:
      "run --rm -t $I sh -c 'ls -l /dev/console | cut -c 1-10; readlink /proc/self/fd/1; stat -c %u:%g:%a $(tty)'",
    shows: "/dev/pts/0",
  },
  {
    name: "run -t --user: owner of the terminal",
    script: "run --rm -t --user 7:8 $I sh -c 'stat -c %u $(tty); echo x >$(tty)'",
    shows: "7",
  },
  {
    name: "run -d, logs",
    script: "run -d $I sh -c 'echo out; echo err >&2; sleep 1000' >/dev/null; until_ says err; docker logs $C; state",
    shows: "running=true",
    short: true,
  },
  {
    name: "run -dt, logs",
    script: "run -dt $I sh -c 'echo terminal; sleep 1000' >/dev/null; until_ says terminal; docker logs $C",
    shows: "terminal",
  },
  {
    name: "run -dit, attach",
    script: `run -dit $I sh >/dev/null; { echo 'echo is $((6 * 7)); exit 5'; sleep 3; } | pty "docker attach $C" | grep '^is'; docker wait $C`,
    shows: "is 42",
  },
  {
    name: "run -di, attach without a terminal",
    script: "run -di $I cat >/dev/null; { echo through; sleep 2; } | timeout -s KILL 4 docker attach $C; state",
    shows: "through",
  },
  {
    name: "logs -f",
    script:
      "run -d $I sh -c 'for i in 1 2 3; do echo $i; sleep 0.2; done' >/dev/null; docker logs -f $C; docker wait $C",
    shows: "3\n0",
  },
  {
    name: "entry point is missing",
    script: "run $I /no/such; echo status $?; state",
    shows: "status 127",
    short: true,
  },
  { name: "command is not in PATH", script: "run $I no-such; echo status $?; state", shows: "status 127" },
  { name: "entry point is not executable", script: "run $I /etc/passwd; echo status $?; state", shows: "status 126" },
  {
    name: "entry point is a directory",
    script: "{ run $I /etc; echo status $?; state; } 2>&1 | sed 's/is a directory: //'",
    shows: "status 12",
  },
  // Status 1 with runc 1.1, 255 with later ones.
  {
    name: "entry point has a missing interpreter",
    script: `printf '#!/no/such\\n' >$D/script; chmod 755 $D/script; run -v $D/script:/script $I /script; { echo status $?; state; } | sed 's/255/1/'`,
    shows: "status 1",
  },
  {
    name: "entry point is no program",
    script: `echo true >$D/script; chmod 755 $D/script; run -v $D/script:/script $I /script; { echo status $?; state; } | sed 's/255/1/'`,
    shows: "status 1",
  },
  {
    name: "a signal's exit status",
    script: "run --init $I sh -c 'kill -SEGV $$'; echo status $?; state",
    shows: "status 139",
  },
  { name: "-w makes its directory", script: "run --rm -w /new/dir $I sh -c 'pwd; stat -c %u:%a .'", shows: "/new/dir" },
  { name: "-w is a file", script: "run --rm -w /etc/passwd $I pwd; echo status $?", shows: "status 12" },
  {
    name: "-e, the environment",
    script: "run --rm -e ONE=1 -e 'TWO=a b' --hostname box $I env | sort",
    shows: "TWO=a b",
  },
  { name: "-e PATH", script: "run --rm -e PATH=/x:/bin $I env", shows: "PATH=/x:/bin" },
  { name: "-u name: HOME", script: "run --rm -u nobody $I sh -c 'echo $HOME; id'", shows: "65534" },
  {
    name: "descriptors",
    script: "run --rm $I ls -l /proc/self/fd | awk '{ print $9, $10, $11 }' | sed 's/[0-9]*\\]$/N]/'",
    shows: "2 ->",
  },
  {
    name: "--init",
    script: "run --rm --init $I sh -c 'cat /proc/1/comm; ps -o comm; exit'",
    shows: "docker-init",
    short: true,
  },
  { name: "--rm leaves nothing", script: "run --rm $I true; docker ps -aq | wc -l", shows: "0" },
  {
    name: "cidfile, then inspect",
    script:
      "run -d --cidfile $D/id $I sleep 1000 >/dev/null; inspect '{{.HostConfig.Runtime}}' >$D/runtime; docker inspect -f '{{.State.Status}} {{.Path}} {{.Args}}' $(cat $D/id)",
    shows: "running sleep",
  },
  {
    name: "ten at once",
    script: `for n in 0 1 2 3 4 5 6 7 8 9; do docker run --rm --runtime $NAME --network none $I echo number $n & done | sort; wait`,
    shows: "number 9",
  },
];
