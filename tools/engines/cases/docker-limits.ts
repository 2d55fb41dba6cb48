import type { Case } from "../case.ts";

const sleeper = (options: string): string => `run -d ${options} $I sleep 1000 >/dev/null`;

/** What a container may take of the machine. */
export const limits: readonly Case[] = [
  {
    name: "--memory",
    script: `${sleeper("-m 50m")}; limit memory memory.limit_in_bytes memory.max; limit memory memory.memsw.limit_in_bytes memory.swap.max`,
    shows: "52428800",
    short: true,
  },
  {
    name: "--memory-reservation, --memory-swappiness",
    script: `${sleeper("-m 50m --memory-reservation 20m")}; limit memory memory.soft_limit_in_bytes memory.low`,
    shows: "20971520",
  },
  {
    name: "--cpus",
    script: `${sleeper("--cpus 0.5")}; limit cpu cpu.cfs_quota_us cpu.max; limit cpu cpu.cfs_period_us cpu.max`,
    shows: "50000",
    short: true,
  },
  { name: "--cpu-shares", script: `${sleeper("--cpu-shares 512")}; limit cpu cpu.shares cpu.weight`, shows: "" },
  {
    name: "--cpuset-cpus",
    script: `${sleeper("--cpuset-cpus 0")}; limit cpuset cpuset.cpus cpuset.cpus; docker exec $C nproc`,
    shows: "0\n1",
  },
  {
    name: "--cpuset-cpus of no machine",
    script: `run --rm --cpuset-cpus 1023 $I true; echo status $?`,
    shows: "status 125",
  },
  {
    name: "--pids-limit",
    script: `${sleeper("--pids-limit 20")}; limit pids pids.max pids.max; docker exec $C sh -c 'for i in $(seq 30); do sleep 5 & done' 2>/dev/null; echo status $?`,
    shows: "20",
  },
  {
    name: "--blkio-weight",
    script: `${sleeper("--blkio-weight 300")}; limit blkio blkio.bfq.weight io.bfq.weight 2>/dev/null; limit blkio blkio.weight io.weight 2>/dev/null; echo runs`,
    shows: "runs",
    forbidden: "the kernel has no BFQ scheduler",
  },
  {
    name: "--device-write-bps",
    script: `device=$(lsblk -ndo PATH 2>/dev/null | head -1); run -d --device-write-bps $device:1mb $I sleep 1000 >/dev/null; limit blkio blkio.throttle.write_bps_device io.max`,
    shows: "1048576",
  },
  {
    name: "OOM is reported",
    script: "run -m 20m $I dd if=/dev/zero of=/dev/null bs=60M count=1; echo status $?; state",
    shows: "oom=true",
    short: true,
  },
  {
    name: "OOM of a child",
    script:
      "run -d -m 20m $I sh -c 'dd if=/dev/zero of=/dev/null bs=60M count=1; sleep 1000' >/dev/null; until_ says Killed; state",
    shows: "running=true",
  },
  {
    name: "--oom-kill-disable",
    script: `${sleeper("-m 50m --oom-kill-disable")}; limit memory memory.oom_control cgroup.type | head -2`,
    shows: "oom_kill_disable 1",
    forbidden: "cgroup v2 has no such setting",
  },
  { name: "--oom-score-adj", script: `run --rm --oom-score-adj 500 $I cat /proc/self/oom_score_adj`, shows: "500" },
  {
    name: "--oom-score-adj below the caller's",
    script: `run --rm --oom-score-adj -500 $I cat /proc/self/oom_score_adj`,
    shows: "-500",
    forbidden: "root without CAP_SYS_RESOURCE",
  },
  {
    name: "--ulimit",
    script: `run --rm --ulimit nofile=100:200 --ulimit core=0 --ulimit stack=4194304:8388608 $I sh -c 'ulimit -n; ulimit -Hn; cat /proc/self/limits'`,
    shows: "100\n200",
  },
  {
    name: "--ulimit above the hard limit",
    script: `run --rm --ulimit nofile=2000000:2000000 $I sh -c 'ulimit -n'`,
    shows: "2000000",
    forbidden: "root without CAP_SYS_RESOURCE",
  },
  {
    name: "--shm-size",
    script: `run --rm --shm-size 10m $I sh -c 'df -k /dev/shm | tail -1; grep /dev/shm /proc/mounts'`,
    shows: "10240",
  },
  {
    name: "--cgroup-parent",
    script: `${sleeper("--cgroup-parent /given")}; group memory | sed 's,.*\\(/given/\\),\\1,'; docker rm -f $C >/dev/null; for g in $(find /sys/fs/cgroup -type d -name given); do rmdir $g; done`,
    shows: "/given",
  },
  {
    name: "--cgroupns host",
    script: `run --rm --cgroupns host $I sh -c 'cat /proc/self/cgroup; ls /sys/fs/cgroup | grep -v unified'`,
    shows: "/docker/",
  },
  {
    name: "--cgroupns private",
    script: `run --rm --cgroupns private $I sh -c 'cat /proc/self/cgroup; ls /sys/fs/cgroup | grep -v unified'`,
    shows: ":/\n",
  },
  {
    name: "groups of the container",
    script: `run --rm $I sh -c 'ls /sys/fs/cgroup | grep -v unified; echo 1 >/sys/fs/cgroup/memory/memory.limit_in_bytes'; echo status $?`,
    shows: "status",
  },
  {
    name: "update --memory",
    script: `${sleeper("-m 50m")}; docker update -m 80m --memory-swap 80m $C >/dev/null; limit memory memory.limit_in_bytes memory.max; docker update -m 30m --memory-swap 30m $C >/dev/null; limit memory memory.limit_in_bytes memory.max`,
    shows: "83886080\n31457280",
    short: true,
  },
  {
    name: "update --memory without a limit before",
    script: `${sleeper("")}; docker update -m 80m --memory-swap 100m $C >/dev/null; limit memory memory.limit_in_bytes memory.max; limit memory memory.memsw.limit_in_bytes memory.swap.max`,
    shows: "83886080",
  },
  {
    name: "update --memory below what it uses",
    script: `run -d -m 50m $I sh -c 'head -c 30m /dev/zero | tail | sleep 1000' >/dev/null; until_ sh -c "docker exec $C grep -q VmRSS: /proc/1/status"; sleep 1; docker update -m 6m --memory-swap 6m $C >/dev/null; echo status $?`,
    shows: "status",
  },
  {
    name: "update --cpus",
    script: `${sleeper("")}; docker update --cpus 0.25 $C >/dev/null; limit cpu cpu.cfs_quota_us cpu.max; docker update --cpus 2 $C >/dev/null; limit cpu cpu.cfs_quota_us cpu.max; docker update --cpu-shares 256 $C >/dev/null; limit cpu cpu.shares cpu.weight`,
    shows: "25000",
  },
  {
    name: "update --pids-limit",
    script: `${sleeper("--pids-limit 20")}; docker update --pids-limit 40 $C >/dev/null; limit pids pids.max pids.max; docker update --pids-limit -1 $C >/dev/null; limit pids pids.max pids.max`,
    shows: "40\nmax",
  },
  {
    name: "update --cpuset-cpus",
    script: `${sleeper("")}; docker update --cpuset-cpus 0 $C >/dev/null; limit cpuset cpuset.cpus cpuset.cpus`,
    shows: "0",
  },
  {
    name: "update of what no kernel takes",
    script: `${sleeper("")}; docker update --cpuset-cpus 1023 $C; echo status $?; state`,
    shows: "running=true",
  },
  {
    name: "update keeps the devices",
    script: `${sleeper("")}; docker update --pids-limit 50 $C >/dev/null; docker exec $C sh -c 'echo x >/dev/null && head -c 1 /dev/zero | wc -c; mknod /tmp/mem c 1 1; head -c 1 /tmp/mem'; echo status $?`,
    shows: "status 1",
  },
];
