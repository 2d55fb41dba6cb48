import { COMPLETE } from "../commands/completion/complete-command.ts";
import { RESTART } from "../engine/containers/wait-to-restart.ts";
import { HEALTH } from "../engine/health/health-monitor.ts";
import { FILL } from "../engine/rootless/fill-volume.ts";
import { UNPACK } from "../engine/rootless/unpack.ts";
import { start } from "../main.ts";

/** All other commands. */
start({
  help: async (args) => (await import("../commands/help/help.ts")).helpCommand(args),
  attach: async (args) => (await import("../commands/containers/attach.ts")).attachCommand(args),
  completion: async (args) => (await import("../commands/completion/completion.ts")).completionCommand(args),
  [COMPLETE]: async (args) => (await import("../commands/completion/complete.ts")).completeCommand(args),
  explain: async (args) => (await import("../commands/explain.ts")).explainCommand(args),
  "network connect": async (args) => (await import("../commands/networks/connect.ts")).networkConnectCommand(args),
  "network create": async (args) => (await import("../commands/networks/create.ts")).networkCreateCommand(args),
  "network disconnect": async (args) =>
    (await import("../commands/networks/connect.ts")).networkDisconnectCommand(args),
  "network inspect": async (args) => (await import("../commands/networks/inspect.ts")).networkInspectCommand(args),
  "network ls": async (args) => (await import("../commands/networks/ls.ts")).networkListCommand(args),
  "network prune": async (args) => (await import("../commands/networks/prune.ts")).networkPruneCommand(args),
  "network reload": async (args) => (await import("../commands/networks/reload.ts")).networkReloadCommand(args),
  "network rm": async (args) => (await import("../commands/networks/rm.ts")).networkRemoveCommand(args),
  "volume create": async (args) => (await import("../commands/volumes/create.ts")).volumeCreateCommand(args),
  "volume inspect": async (args) => (await import("../commands/volumes/inspect.ts")).volumeInspectCommand(args),
  "volume ls": async (args) => (await import("../commands/volumes/ls.ts")).volumeListCommand(args),
  "volume prune": async (args) => (await import("../commands/volumes/prune.ts")).volumePruneCommand(args),
  "volume rm": async (args) => (await import("../commands/volumes/rm.ts")).volumeRemoveCommand(args),
  update: async (args) => (await import("../commands/update.ts")).updateCommand(args),
  create: async (args) => (await import("../commands/containers/create.ts")).createCommand(args),
  top: async (args) => (await import("../commands/containers/top.ts")).topCommand(args),
  start: async (args) => (await import("../commands/containers/start.ts")).startCommand(args),
  exec: async (args) => (await import("../commands/containers/exec.ts")).execCommand(args),
  stats: async (args) => (await import("../commands/containers/stats.ts")).statsCommand(args),
  events: async (args) => (await import("../commands/containers/events.ts")).eventsCommand(args),
  restart: async (args) => (await import("../commands/containers/restart.ts")).restartCommand(args),
  [RESTART]: async (args) => (await import("../commands/containers/supervised-restart.ts")).supervisedRestart(args),
  [FILL]: async (args) => (await import("../commands/containers/rootless-fill.ts")).rootlessFill(args),
  [UNPACK]: async (args) => (await import("../commands/containers/rootless-unpack.ts")).rootlessUnpack(args),
  [HEALTH]: async (args) => (await import("../commands/containers/supervised-health.ts")).supervisedHealth(args),
  unshare: async (args) => (await import("../commands/unshare.ts")).unshareCommand(args),
  net: async (args) => (await import("../commands/net/net.ts")).netMain(args),
  nsenter: async (args) => (await import("../commands/nsenter.ts")).nsenterCommand(args),
  lsns: async (args) => (await import("../commands/lsns.ts")).lsnsCommand(args),
  chroot: async (args) => (await import("../commands/chroot.ts")).chrootCommand(args),
  cgroup: async (args) => (await import("../commands/cgroup.ts")).cgroupCommand(args),
  mounts: async (args) => (await import("../commands/mounts.ts")).mountsCommand(args),
  info: async (args) => (await import("../commands/info.ts")).infoCommand(args),
  version: async (args) => (await import("../commands/system/version.ts")).versionCommand(args),
  "container prune": async (args) => (await import("../commands/containers/prune.ts")).containerPruneCommand(args),
  "system df": async (args) => (await import("../commands/system/df.ts")).systemDfCommand(args),
  "system start": async (args) => (await import("../commands/system/start.ts")).systemStartCommand(args),
  "system prune": async (args) => (await import("../commands/system/prune.ts")).systemPruneCommand(args),
});
