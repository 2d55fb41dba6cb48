import { start } from "../main.ts";

/** All other commands. */
start({
  explain: async (args) => (await import("../commands/explain.ts")).explainCommand(args),
  update: async (args) => (await import("../commands/update.ts")).updateCommand(args),
  unshare: async (args) => (await import("../commands/unshare.ts")).unshareCommand(args),
  nsenter: async (args) => (await import("../commands/nsenter.ts")).nsenterCommand(args),
  lsns: async (args) => (await import("../commands/lsns.ts")).lsnsCommand(args),
  chroot: async (args) => (await import("../commands/chroot.ts")).chrootCommand(args),
  cgroup: async (args) => (await import("../commands/cgroup.ts")).cgroupCommand(args),
  mounts: async (args) => (await import("../commands/mounts.ts")).mountsCommand(args),
  info: async (args) => (await import("../commands/info.ts")).infoCommand(args),
});
