/** `wb exec`: docker-exec(1). */
export const EXEC = {
  name: "exec",
  words: "CONTAINER COMMAND [ARG...]",
  count: { least: 2 },
  text: "Run a command in a container that runs. Flags end at its name.",
  flags: {
    detach: { type: "boolean", short: "d", help: "Do not wait for the command" },
    "detach-keys": { type: "string", value: "string", help: "Keys that detach from it (default: ctrl-p,ctrl-q)" },
    env: { type: "list", short: "e", value: "K[=V]", help: "Set a variable of the environment", values: "nothing" },
    "env-file": { type: "list", value: "FILE", help: "Variables of the environment, one a line" },
    interactive: { type: "boolean", short: "i", help: "Give the command this stdin (otherwise it is /dev/null)" },
    privileged: { type: "boolean", help: "Give the command all capabilities" },
    tty: { type: "boolean", short: "t", help: "Give the command a terminal" },
    user: {
      type: "string",
      short: "u",
      value: "USER[:GROUP]",
      help: "Who the command is (default: as the container's)",
      values: "nothing",
    },
    workdir: {
      type: "string",
      short: "w",
      value: "DIR",
      help: "Where the command starts (default: as the container's)",
      values: "nothing",
    },
  },
  examples: ["wb exec web ls -l /srv", "wb exec -it web sh"],
  flagsFirst: true,
  completes: ["unpaused", "nothing"],
} as const;
