/** Flags of docker-run(1) for what a container has of its own, and what of the machine's or another container's. */
export const ISOLATION_FLAGS = {
  cgroupns: { type: "string", value: "private|host", help: "The cgroup namespace: also container:NAME" },
  device: { type: "list", value: "SRC[:DST][:rwm]", help: "A device of the host, or all below a directory" },
  "device-cgroup-rule": { type: "list", value: "'c 10:229 rwm'", help: "Devices that may be used besides" },
  domainname: { type: "string", value: "string", help: "The container's NIS domain name" },
  "group-add": { type: "list", value: "GROUP", help: "A group of the command's besides its user's: a name or number" },
  ipc: {
    type: "string",
    value: "MODE",
    help: "The IPC namespace: private (default), shareable, none, host or container:NAME",
  },
  "oom-score-adj": {
    type: "string",
    value: "int",
    help: "How readily the kernel kills for memory, -1000 to 1000 (default: 0)",
  },
  pid: { type: "string", value: "MODE", help: "The pid namespace: private (default), host or container:NAME" },
  "shm-size": { type: "string", value: "bytes", help: "The size of /dev/shm (default: 64m)" },
  sysctl: { type: "list", value: "NAME=VALUE", help: "A kernel parameter that the container has of its own" },
  ulimit: { type: "list", value: "NAME=SOFT[:HARD]", help: "A limit of resources, setrlimit(2): nofile=1024:2048" },
  userns: { type: "string", value: "MODE", help: "The user namespace: host, private or container:NAME" },
  uts: { type: "string", value: "MODE", help: "The UTS namespace: private (default), host or container:NAME" },
} as const;
