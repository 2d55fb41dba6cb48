import type { Globals } from "./globals.ts";

export interface OciCommand {
  readonly help: string;
  /** @returns the exit status */
  readonly run: (args: readonly string[], globals: Globals) => Promise<number>;
}

/** The commands of runc(8), loaded when they are called. */
export const COMMANDS: Readonly<Record<string, OciCommand | undefined>> = {
  create: {
    help: "Create a container: its process waits for start",
    run: async (args, globals) => (await import("./commands/create.ts")).create(args, globals),
  },
  start: {
    help: "Start a container that was created",
    run: async (args, globals) => (await import("./commands/start.ts")).start(args, globals),
  },
  run: {
    help: "Create and start a container",
    run: async (args, globals) => (await import("./commands/run.ts")).run(args, globals),
  },
  exec: {
    help: "Start a process in a container",
    run: async (args, globals) => (await import("./commands/exec.ts")).exec(args, globals),
  },
  state: {
    help: "Print the state of a container",
    run: async (args, globals) => (await import("./commands/state.ts")).state(args, globals),
  },
  kill: {
    help: "Send a signal to a container",
    run: async (args, globals) => (await import("./commands/kill.ts")).kill(args, globals),
  },
  delete: {
    help: "Delete a container",
    run: async (args, globals) => (await import("./commands/delete.ts")).deleteCommand(args, globals),
  },
  list: {
    help: "List the containers",
    run: async (args, globals) => (await import("./commands/list.ts")).listCommand(args, globals),
  },
  ps: {
    help: "Show the processes of a container",
    run: async (args, globals) => (await import("./commands/ps.ts")).psCommand(args, globals),
  },
  pause: {
    help: "Stop all processes of a container where they are",
    run: async (args, globals) => (await import("./commands/pause.ts")).pause(args, globals),
  },
  resume: {
    help: "Let the processes of a paused container go on",
    run: async (args, globals) => (await import("./commands/resume.ts")).resume(args, globals),
  },
  update: {
    help: "Change the limits of a container",
    run: async (args, globals) => (await import("./commands/update.ts")).update(args, globals),
  },
  events: {
    help: "Print what a container uses, and when its memory runs out",
    run: async (args, globals) => (await import("./commands/events.ts")).eventsCommand(args, globals),
  },
  spec: {
    help: "Write a config.json to begin with",
    run: async (args, globals) => (await import("./commands/spec.ts")).specCommand(args, globals),
  },
  features: {
    help: "Print what this runtime knows, as JSON",
    run: async (args, globals) => (await import("./commands/features.ts")).featuresCommand(args, globals),
  },
};
