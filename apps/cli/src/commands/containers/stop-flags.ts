/** `wb stop`: docker-stop(1). */
export const STOP = {
  name: "stop",
  words: "CONTAINER [CONTAINER...]",
  count: { least: 1 },
  text: "Stop containers: by their stop signal, and by SIGKILL when that takes longer than 10 s.",
  flags: {
    signal: {
      type: "string",
      short: "s",
      value: "string",
      help: "Signal to send (default: the container's)",
      values: "signal",
    },
    time: {
      type: "string",
      short: "t",
      alias: "timeout",
      value: "int",
      help: "Seconds to wait before it is killed; -1: for ever",
      values: "nothing",
    },
  },
  examples: ["wb stop -t 2 web"],
  completes: ["running"],
} as const;
