import { call, ignoring, PR, type Program, type Step, step } from "@wb/syscall";
import { type Namespace, namespaceFlags } from "./namespace.ts";

/** Namespaces to enter: those of a process, or one that is open. */
export interface Join {
  /** A pidfd, whose process's namespaces are entered (Linux 5.8), or an open namespace of the one kind that is named. */
  readonly fd: number;
  readonly kinds: readonly Namespace[];
}

/**
 * The Steps that enter namespaces, setns(2). Those of pid and time count for what the process clones next.
 *
 * Nobody in there may trace the process meanwhile, or use what it has open: it is not dumpable (CVE-2016-9962) until it
 * executes the command.
 *
 * @param options whether the command is to have no supplementary groups. They are dropped before a user namespace is entered
 * in which setgroups(2) may be denied
 */
export function joinSteps(joins: readonly Join[], { dropGroups }: { readonly dropGroups: boolean }): Program {
  if (joins.length === 0) return [];
  return [untraced, ...(dropGroups && joins.some(hasUser) ? [dropGroupsHere] : []), ...ordered(joins).map(joinStep)];
}

/**
 * The Step after which no process may trace this one, use what it has open by /proc/PID/fd, or read its memory, unless it has
 * CAP_SYS_PTRACE where this one's program was executed: PR_SET_DUMPABLE(2const). execve(2) ends it, and a change of ids where
 * the sysctl fs.suid_dumpable is 1.
 */
export const untraced: Step = step("let no process in there trace this one", [call("prctl", PR.SET_DUMPABLE, 0)]);

function hasUser({ kinds }: Join): boolean {
  return kinds.includes("user");
}

const dropGroupsHere = step("drop the supplementary groups, if they may be dropped here", [
  ignoring(call("setgroups", 0, null), "EPERM"),
]);

function joinStep({ fd, kinds }: Join): Step {
  const words = kinds.map((kind) => `--${kind}`);
  return step(
    `enter the namespaces ${kinds.join(", ")}`,
    [call("setns", fd, namespaceFlags(kinds))],
    `nsenter ${words.join(" ")}`,
  );
}

/**
 * With privileges here a user namespace comes last, since it takes them away; without, first, since it gives some. Of a
 * process's namespaces the kernel itself makes the order.
 */
function ordered(joins: readonly Join[]): Join[] {
  const last = process.geteuid?.() === 0 ? 1 : -1;
  return joins.toSorted((a, b) => last * (Number(hasUser(a)) - Number(hasUser(b))));
}
