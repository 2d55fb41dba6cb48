import { start } from "../main.ts";

/** `wb run`, whose start is waited for. */
start({
  run: async (args) => (await import("../commands/run.ts")).runCommand(args),
});
