import { CLEAN_UP } from "../engine/containers/clean-up-command.ts";
import { start } from "../main.ts";

/** What is done most often with containers, and at the end of each: without the code that makes them. */
start({
  ps: async (args) => (await import("../commands/containers/ps-tended.ts")).psCommand(args),
  inspect: async (args) => (await import("../commands/containers/inspect.ts")).inspectCommand(args),
  "container inspect": async (args) =>
    (await import("../commands/containers/inspect.ts")).containerInspectCommand(args),
  port: async (args) => (await import("../commands/containers/port.ts")).portCommand(args),
  stop: async (args) => (await import("../commands/containers/stop.ts")).stopCommand(args),
  rm: async (args) => (await import("../commands/containers/rm.ts")).rmCommand(args),
  wait: async (args) => (await import("../commands/containers/wait.ts")).waitCommand(args),
  kill: async (args) => (await import("../commands/containers/kill.ts")).killCommand(args),
  logs: async (args) => (await import("../commands/containers/logs.ts")).logsCommand(args),
  pause: async (args) => (await import("../commands/containers/pause.ts")).pauseCommand(args),
  unpause: async (args) => (await import("../commands/containers/pause.ts")).unpauseCommand(args),
  rename: async (args) => (await import("../commands/containers/rename.ts")).renameCommand(args),
  [CLEAN_UP]: async (args) => (await import("../commands/containers/supervised-end.ts")).supervisedEnd(args),
});
