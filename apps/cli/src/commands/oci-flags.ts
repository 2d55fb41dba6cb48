import type { CommandSpec } from "../command/command-spec.ts";

/** `wb oci`, as wb's own help tells of it; `wb oci --help` has runc's form. */
export const OCI: CommandSpec = {
  name: "oci",
  words: "[RUNC OPTIONS] COMMAND [ARG...]",
  text: `Be an OCI runtime with the command line of runc(8), for docker, containerd and podman.
'wb oci --help' lists its commands.`,
  flags: {},
  examples: ["wb oci spec", "wb oci run -b /srv/bundle web", "wb oci list --format json"],
  flagsFirst: true,
  completes: ["nothing"],
};
