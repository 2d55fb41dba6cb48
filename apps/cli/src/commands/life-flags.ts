/** Flags of docker-run(1) for a container's life: how it is known, logged, checked, stopped and started again. */
export const LIFE_FLAGS = {
  annotation: { type: "list", value: "key[=value]", help: "An annotation of the OCI configuration" },
  cidfile: { type: "string", value: "FILE", help: "Write the container's id to a new file" },
  "health-cmd": { type: "string", value: "COMMAND", help: "A command that tells by its status whether all is well" },
  "health-interval": { type: "string", value: "duration", help: "Time between two checks (default: 30s)" },
  "health-retries": { type: "string", value: "int", help: "How many checks fail until it is unhealthy (default: 3)" },
  "health-start-interval": {
    type: "string",
    value: "duration",
    help: "Time between two checks in the start period (default: 5s)",
  },
  "health-start-period": {
    type: "string",
    value: "duration",
    help: "Time in which a failure does not count (default: 0s)",
  },
  "health-timeout": { type: "string", value: "duration", help: "The longest that a check takes (default: 30s)" },
  label: { type: "list", short: "l", value: "key[=value]", help: "A label of the container" },
  "label-file": { type: "list", value: "FILE", help: "Labels, one a line" },
  "log-driver": {
    type: "string",
    value: "string",
    values: ["json-file", "local", "none"],
    help: "json-file (default), local or none",
  },
  "log-opt": { type: "list", value: "max-size=10m", help: "An option of the log: max-size, max-file" },
  "no-healthcheck": { type: "boolean", help: "No health check" },
  restart: {
    type: "string",
    value: "string",
    values: ["no", "on-failure", "always", "unless-stopped"],
    help: "no, on-failure[:N], always or unless-stopped (default: no)",
  },
  "stop-signal": { type: "string", value: "signal", values: "signal", help: "What wb stop sends (default: SIGTERM)" },
  "stop-timeout": { type: "string", value: "int", help: "How many seconds wb stop waits for it (default: 10)" },
} as const;
