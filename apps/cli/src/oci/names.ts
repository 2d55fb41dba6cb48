/** What this runtime calls itself. */
export interface Names {
  /** In errors. */
  readonly program: string;
  /** In the help, before the name of a command. */
  readonly commands: string;
  /** In the first line of `--version`. */
  readonly binary: string;
}

/**
 * A link to `bin/wb-oci` gives it the link's name, as with busybox(1): what looks for a `runc` finds one. The script tells it by the
 * environment, from which it is taken here, before a hook could get it.
 */
export const NAMES: Names = names();

function names(): Names {
  const name = process.env["WB_OCI_NAME"];
  delete process.env["WB_OCI_NAME"];
  return name === undefined
    ? { program: "wb", commands: "wb oci", binary: "wb-oci" }
    : { program: name, commands: name, binary: name };
}
