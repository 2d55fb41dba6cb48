/** Flags of docker-run(1) for who starts a container: those that docker-create(1) has not. */
export const SESSION_FLAGS = {
  detach: { type: "boolean", short: "d", help: "Leave the container to itself, and print its id" },
  "detach-keys": { type: "string", value: "string", help: "Keys that detach from it (default: ctrl-p,ctrl-q)" },
  "sig-proxy": { type: "boolean", help: "Pass signals on to the command (default: true)" },
} as const;
