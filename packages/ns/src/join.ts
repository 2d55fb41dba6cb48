import { call, PR, type Program, type Step, step } from "@wb/syscall";
import { type Namespace, NAMESPACES, namespaceFlags } from "./namespace.ts";

/** Namespaces to enter: those of a process, or one that is open. */
export interface Join {
  /** A pidfd, whose process's namespaces are entered (Linux 5.8), or an open namespace file, which is entered whatever it is of. */
  readonly fd: number;
  readonly kinds: readonly Namespace[];
}

/**
 * The Steps that enter namespaces, setns(2). What the process clones next is in them, those of pid and time included.
 *
 * Nobody in there may trace the process meanwhile, or use what it has open: it is not dumpable (CVE-2016-9962).
 */
export function joinSteps(joins: readonly Join[]): Program {
  if (joins.length === 0) return [];
  return [
    step("let no process in there trace this one", [call("prctl", PR.SET_DUMPABLE, 0)]),
    ...ordered(joins).map(joinStep),
  ];
}

function joinStep({ fd, kinds }: Join): Step {
  const words = kinds.map((kind) => `--${NAMESPACES[kind].file === "mnt" ? "mount" : kind}`);
  return step(
    `enter the namespaces ${kinds.join(", ")}`,
    [call("setns", fd, namespaceFlags(kinds))],
    `nsenter ${words.join(" ")}`,
  );
}

/** With privileges here the user namespace comes last, since it takes them away; without, first, since it gives some. */
function ordered(joins: readonly Join[]): Join[] {
  const last = process.geteuid?.() === 0;
  const isUser = ({ kinds }: Join): boolean => kinds.length === 1 && kinds[0] === "user";
  return joins.toSorted((a, b) => (Number(isUser(a)) - Number(isUser(b))) * (last ? 1 : -1));
}
