import type { Case } from "../case.ts";

const namespaces = "for n in cgroup ipc mnt net pid uts user; do readlink /proc/self/ns/$n; done";
const own = `for n in cgroup ipc mnt net pid uts user; do [ "$(readlink /proc/1/ns/$n)" = "$(sed -n "s/^$n://p" $D/inside)" ] && echo shares $n; done`;

/** `$disk` and `$rule` are a block device of the machine, for mknod(1) and for docker. */
const disk = 'dev=$(cat /sys/class/block/*/dev | head -n 1); disk="b ${dev%:*} ${dev#*:}"; rule="b $dev"';

/** What a container sees and may do. */
export const isolation: readonly Case[] = [
  {
    name: "/dev",
    script:
      "run --rm $I sh -c 'for f in /dev /dev/[!cf]* /dev/full /dev/fd /dev/[!cf]*/*; do stat -c \"%A %u:%g %t:%T %N\" $f; done'",
    shows: "ptmx",
  },
  {
    name: "credentials",
    script:
      "run --rm $I grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Umask|THP|Speculation|x86)' /proc/self/status; run2() { :; }",
    shows: "CapEff:\t00000000a80425fb",
    short: true,
  },
  {
    name: "namespaces",
    script: `run --rm $I sh -c '${namespaces}' >$D/links; sed 's/\\[.*//' $D/links; sed 's/:.*//' $D/links | while read n; do grep -qF "$(readlink /proc/1/ns/$n)" $D/links && echo shares $n; done; true`,
    shows: "shares user",
    short: true,
  },
  {
    name: "session, group, limits",
    script:
      "run --rm $I sh -c 'cut -d\" \" -f 5-8 /proc/self/stat; cat /proc/self/limits /proc/self/personality /proc/self/coredump_filter /proc/self/timerslack_ns 2>/dev/null; cat /proc/self/loginuid'",
    shows: "Max open files",
  },
  {
    name: "signals are at their defaults",
    script: "run --rm $I grep -E '^(Sig[BIC]|Shd)' /proc/1/status",
    shows: "SigIgn",
  },
  {
    name: "masked and read-only paths",
    script:
      "run --rm $I sh -c 'for p in /proc/kcore /proc/keys /proc/timer_list /proc/sched_debug /proc/scsi /sys/firmware /proc/acpi; do [ -d $p ] && { echo $p $(ls $p | wc -l); } || { echo $p $(head -c 1 $p 2>&1 | wc -c); }; done; for p in /proc/sys /proc/bus /proc/irq /proc/sysrq-trigger; do [ -w $p ] && echo $p; done; echo 1 >/proc/sys/kernel/panic; true'",
    shows: "/proc/keys 0",
  },
  {
    name: "--user",
    script: "run --rm --user 1000:1001 $I sh -c 'id; touch /x; echo $HOME'; run --rm --user nobody $I id",
    shows: "uid=65534",
    short: true,
  },
  { name: "--group-add", script: "run --rm --user 1000:1001 --group-add 77 --group-add 78 $I id", shows: "77,78" },
  { name: "--user of no account", script: "run --rm --user nosuch $I id; echo status $?", shows: "status 12" },
  {
    name: "--cap-drop ALL",
    script: "run --rm --cap-drop ALL $I sh -c 'grep Cap /proc/self/status; chown 1 /etc/passwd'; echo status $?",
    shows: "CapEff:\t0000000000000000",
    short: true,
  },
  {
    name: "--cap-add",
    script: "run --rm --cap-add NET_ADMIN --cap-add SYS_TIME --cap-drop CHOWN $I grep Cap /proc/self/status",
    shows: "CapEff",
  },
  {
    name: "--cap-add with --user",
    script: "run --rm --user 1000 --cap-add NET_ADMIN $I grep Cap /proc/self/status",
    shows: "CapEff",
  },
  {
    name: "--cap-add ALL",
    script: "run --rm --cap-add ALL $I grep Cap /proc/self/status",
    shows: "CapEff",
    forbidden: "root without CAP_SYS_RESOURCE",
  },
  {
    name: "--privileged",
    script: "run --rm --privileged $I sh -c 'grep CapEff /proc/self/status; ls /dev | wc -l'",
    shows: "CapEff",
    forbidden: "root without CAP_SYS_RESOURCE",
  },
  {
    name: "--hostname, --domainname",
    script:
      "run --rm --hostname web --domainname example $I sh -c 'hostname; cat /proc/sys/kernel/domainname /etc/hostname'",
    shows: "web\nexample",
    short: true,
  },
  {
    name: "--network host",
    script: `NET='--network host'; ${inside("--rm")}; ${own}; sed -n '/^link/p' $D/inside`,
    shows: "shares net",
  },
  {
    name: "--network container:",
    script:
      "docker run -d --runtime $NAME --network none --name first $I sleep 1000 >/dev/null; NET='--network container:first'; run --rm $I readlink /proc/self/ns/net >$D/1; docker exec first readlink /proc/self/ns/net >$D/2; cmp $D/1 $D/2 && echo equal",
    shows: "equal",
  },
  {
    name: "--network bridge",
    script:
      "NET=; run --rm $I sh -c 'ip -o -4 addr | wc -l; ls /sys/class/net; ping -c 1 -W 2 172.17.0.1 >/dev/null && echo reached'",
    shows: "reached",
    forbidden: "the machine has no bridges or no iptables",
  },
  { name: "--pid host", script: `${inside("--rm --pid host")}; ${own}`, shows: "shares pid" },
  {
    name: "--pid host, stop",
    script:
      "run -d --pid host $I sh -c 'sleep 1000 & sleep 1001' >/dev/null; docker stop -t 1 $C >/dev/null; state; pgrep -f 'sleep 100[01]' | wc -l",
    shows: "exit=143",
  },
  {
    name: "--pid container:",
    script:
      "docker run -d --runtime $NAME --network none --name first $I sleep 1234 >/dev/null; run --rm --pid container:first $I ps -o pid,args | grep -c 'sleep 1234'",
    shows: "1",
  },
  { name: "--ipc host", script: `${inside("--rm --ipc host")}; ${own}`, shows: "shares ipc" },
  {
    name: "--ipc container:",
    script:
      "docker run -d --runtime $NAME --network none --ipc shareable --name first $I sh -c 'echo x >/dev/shm/file; sleep 1000' >/dev/null; until_ docker exec first test -e /dev/shm/file; run --rm --ipc container:first $I cat /dev/shm/file",
    shows: "x",
  },
  { name: "--ipc none", script: "run --rm --ipc none $I ls /dev/shm; echo status $?", shows: "status" },
  { name: "--uts host", script: `${inside("--rm --uts host")}; ${own}`, shows: "shares uts" },
  {
    name: "--sysctl",
    script:
      "run --rm --sysctl net.ipv4.ip_forward=1 --sysctl kernel.shm_rmid_forced=1 $I cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shm_rmid_forced",
    shows: "1\n1",
  },
  {
    name: "--sysctl of no namespace",
    script: "run --rm --sysctl kernel.panic=1 $I true; echo status $?",
    shows: "status 125",
  },
  {
    name: "--sysctl net with --network host",
    script: "NET='--network host'; run --rm --sysctl net.ipv4.ip_forward=1 $I true; echo status $?",
    shows: "status 125",
  },
  {
    name: "--sysctl of no file",
    script: "run --rm --sysctl net.ipv4.nosuch=1 $I true; echo status $?",
    shows: "status 12",
  },
  {
    name: "--device",
    script:
      "run --rm --device /dev/zero:/dev/naught:r $I sh -c 'ls -l /dev/naught | cut -c 1-10; head -c 3 /dev/naught | wc -c; echo x >/dev/naught'; echo status $?",
    shows: "3",
  },
  {
    name: "--device of the host that is not allowed",
    script: `${disk}; run --rm $I sh -c "mknod /tmp/disk $disk && head -c 1 /tmp/disk >/dev/null"; echo status $?`,
    shows: "status 1",
    short: true,
  },
  {
    name: "--device-cgroup-rule",
    script: `${disk}; run --rm --device-cgroup-rule "$rule r" $I sh -c "mknod /tmp/disk $disk && head -c 1 /tmp/disk >/dev/null && echo opened; exec 3>/tmp/disk"; echo status $?`,
    shows: "opened",
  },
  {
    name: "--security-opt seccomp=unconfined",
    script: "run --rm --security-opt seccomp=unconfined $I grep Seccomp /proc/self/status",
    shows: "Seccomp:\t0",
  },
  {
    name: "seccomp: the default profile",
    script:
      "run --rm $I sh -c 'grep Seccomp /proc/self/status; unshare -m true; mount -t tmpfs x /tmp'; echo status $?",
    shows: "Seccomp:\t2",
    short: true,
  },
  {
    name: "seccomp: a profile",
    script: `echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":95},{"names":["kill"],"action":"SCMP_ACT_ERRNO","args":[{"index":1,"value":10,"op":"SCMP_CMP_EQ"}]}]}' >$D/profile; run --rm --security-opt seccomp=$D/profile $I sh -c 'mkdir /new; kill -USR1 $$; kill -0 $$ && echo allowed'`,
    shows: "allowed",
  },
  {
    name: "seccomp: a profile that kills",
    script: `echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_KILL_PROCESS"}]}' >$D/profile; run --rm --init --security-opt seccomp=$D/profile $I mkdir /new; echo status $?`,
    shows: "status 159",
  },
  {
    name: "seccomp: a profile of no sense",
    script: `echo '{"defaultAction":"SCMP_ACT_NONE"}' >$D/profile; run --rm --security-opt seccomp=$D/profile $I true; echo status $?`,
    shows: "status 12",
  },
  {
    name: "--security-opt no-new-privileges",
    script: "run --rm --security-opt no-new-privileges $I grep -E 'NoNewPrivs|Seccomp' /proc/self/status",
    shows: "NoNewPrivs:\t1",
  },
  {
    name: "--security-opt systempaths=unconfined",
    script: "run --rm --security-opt systempaths=unconfined $I sh -c 'grep -c /proc/ /proc/self/mountinfo; true'",
    shows: "0",
  },
  {
    name: "/etc/resolv.conf, /etc/hosts",
    script: "run --rm --add-host one:10.0.0.1 --hostname box $I cat /etc/hosts",
    shows: "10.0.0.1",
  },
];

function inside(options: string): string {
  return `run ${options} $I sh -c 'for n in cgroup ipc mnt net pid uts user; do echo $n:$(readlink /proc/self/ns/$n); done; for l in /sys/class/net/*; do echo link $l; done' >$D/inside`;
}
