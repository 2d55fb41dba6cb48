import { privatePropagation } from "@wb/rootfs";
import { AT_FDCWD, call, CLONE, into, O, type Program, runInChild, type Step, step, value } from "@wb/syscall";
import { hintOf, messageOf } from "../../report-error.ts";

/** Whether something works on this machine, found out by trying. */
export interface Probed {
  readonly works: boolean;
  /** What the kernel said, when it does not. */
  readonly problem?: string;
  /** The remedy, if one is known. */
  readonly hint?: string;
}

/** Tries something; an error is the answer. */
export function probe(attempt: () => unknown): Probed {
  try {
    attempt();
    return { works: true };
  } catch (error) {
    const hint = hintOf(error);
    return { works: false, problem: messageOf(error), ...(hint === undefined ? {} : { hint }) };
  }
}

/**
 * Makes calls in a child with a mount namespace of its own, which is gone afterwards with all that was mounted: for an
 * ordinary user in a user namespace of its own, too.
 */
export function inOwnMounts(program: Program): void {
  const own = process.geteuid?.() === 0 ? [unshare(CLONE.NEWNS)] : [unshare(CLONE.NEWUSER | CLONE.NEWNS), ...ownMaps()];
  runInChild([...own, privatePropagation(), ...program]);
}

function unshare(flags: number): Step {
  return step("make namespaces to try in", [call("unshare", flags)]);
}

/** An ordinary user may map itself alone, once it has given up setgroups(2). */
function ownMaps(): Step[] {
  const texts = {
    setgroups: "deny",
    uid_map: `0 ${process.geteuid?.() ?? 0} 1`,
    gid_map: `0 ${process.getegid?.() ?? 0} 1`,
  };
  return Object.entries(texts).map(([file, text]) =>
    step(`write ${file}`, [
      into("file", call("openat", AT_FDCWD, `/proc/self/${file}`, O.WRONLY | O.CLOEXEC, 0)),
      call("write", value("file"), text, text.length),
      call("close", value("file")),
    ]),
  );
}
