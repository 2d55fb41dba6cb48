import { findCommand, sync, untraced } from "@wb/ns";
import {
  address,
  call,
  type ErrnoName,
  ERRNO,
  ignoring,
  type Instruction,
  into,
  type Program,
  step,
  type Value,
  value,
} from "@wb/syscall";
import type { CompleteSpec } from "../../oci/complete-spec.ts";
import { hasEarlyHooks } from "./early-hooks.ts";

/** The cell with the FIFO that a created container waits at. */
export const FIFO = "exec.fifo";

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
      // Once more: it may be another user by now (fs.suid_dumpable), and waits as long as its caller likes.
      untraced,
      findCommand({ argv: spec.process.args, env }),
      ...sync("created", { label: "wait until the container's state is written" }),
      step(
        "wait for the start",
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

/** What such a container does when its program cannot be executed after all: it says so in runc's words, and ends with its status. */
export function execFailed(file: string): (errno: Value) => Program {
  return ({ value: cell }) => [
    step("say why the command could not be executed", [
      ...Object.entries(REASONS).flatMap(([code, reason]): Instruction[] => [
        { jump: code, when: { value: cell, equals: -ERRNO[code as ErrnoName] } },
        { jump: `not ${code}` },
        { label: code },
        ...saying(`exec ${file}: ${reason}\n`),
        { label: `not ${code}` },
      ]),
      ...saying(`exec ${file}: it could not be executed\n`),
    ]),
  ];
}

function saying(text: string): Instruction[] {
  const bytes = Buffer.from(text);
  return [ignoring(call("write", 2, bytes, bytes.length)), call("exit_group", EXEC_FAILED)];
}

/** runc's. */
const EXEC_FAILED = 255;

const REASONS: Readonly<Partial<Record<ErrnoName, string>>> = {
  ENOEXEC: "exec format error",
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  E2BIG: "argument list too long",
  EPERM: "operation not permitted",
  ETXTBSY: "text file busy",
};
