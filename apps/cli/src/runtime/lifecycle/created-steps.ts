import { findCommand, sync } from "@wb/ns";
import {
  address,
  call,
  type Complaint,
  type ErrnoName,
  ERRNO,
  ignoring,
  into,
  type Program,
  step,
  value,
} from "@wb/syscall";
import type { CompleteSpec } from "../../oci/complete-spec.ts";
import { hasEarlyHooks } from "./early-hooks.ts";

/** The cell with the FIFO that a created container waits at. */
export const FIFO = "exec.fifo";

const WAIT = "wait for the start";

/**
 * The Steps of a container that is created and started by different commands: it lets hooks run while its root is still the
 * host's, looks for its program while somebody hears of it, tells that it is created, and waits.
 */
export function createdSteps(
  spec: CompleteSpec,
  env: Readonly<Record<string, string>>,
): { readonly mounted: Program; readonly created: Program } {
  return {
    mounted: hasEarlyHooks(spec.hooks) ? sync("mounted", { label: "wait while the hooks run" }) : [],
    created: [
      findCommand({ argv: spec.process.args, env }),
      ...sync("created", { label: "wait until the container's state is written" }),
      step(
        WAIT,
        [
          { label: "again" },
          into("started", ignoring(call("read", value(FIFO), address("byte"), 1), "EINTR")),
          { jump: "again", when: { value: "started", equals: -ERRNO.EINTR } },
        ],
        "read < exec.fifo",
      ),
    ],
  };
}

/** What such a container says when nobody follows it any more: runc's words, and its status. */
export const complaint: Complaint = {
  prefix: "wb oci: ",
  status: 255,
  from: WAIT,
  special: ({ call: name, args: [path] }) => {
    if (name !== "execve" || typeof path !== "string") return undefined;
    return (code: ErrnoName) => ({ text: `exec ${path}: ${REASONS[code] ?? code}\n`, status: 255 });
  },
};

const REASONS: Readonly<Partial<Record<ErrnoName, string>>> = {
  ENOEXEC: "exec format error",
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  E2BIG: "argument list too long",
  EPERM: "operation not permitted",
  ETXTBSY: "text file busy",
};
