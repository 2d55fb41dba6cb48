import { EXIT_FAILURE } from "./in-place/exit-failure.ts";

export interface CommandHelp {
  readonly help: string;
  /** The status for wb's own failures. Default: docker's. */
  readonly failure?: number;
}

/** All commands of wb, whichever of its programs has them (src/programs). */
export const COMMAND_HELP: Readonly<Record<string, CommandHelp | undefined>> = {
  run: { help: "Run a command in a new container" },
  explain: { help: "Print the system calls that wb run would make" },
  update: { help: "Change the limits of running containers", failure: EXIT_FAILURE },
  unshare: { help: "Run a command in new namespaces, as unshare(1) does", failure: EXIT_FAILURE },
  nsenter: { help: "Run a command in the namespaces of another process, as nsenter(1) does", failure: EXIT_FAILURE },
  lsns: { help: "List namespaces, as lsns(8) does", failure: EXIT_FAILURE },
  chroot: { help: "Run a command with another root directory, as chroot(1) does" },
  cgroup: { help: "Make, limit, measure, freeze and kill control groups", failure: EXIT_FAILURE },
  oci: { help: "Be an OCI runtime with the command line of runc, for docker, containerd and podman" },
  mounts: { help: "List mounts, as findmnt(8) does" },
  info: { help: "Show this machine, and what wb can do on it" },
};
