import { call, PR, type Program, type Results, runInChild, type RunOptions, step } from "@wb/syscall";
import { type Namespace, namespaceFlags } from "./namespace.ts";

/** The kinds that a process can enter itself; of the others only its children come into one. */
export type EnterableNamespace = Exclude<Namespace, "pid" | "time">;

/**
 * Makes the calls of a Program inside a namespace, setns(2), and returns its cells: a file descriptor that was opened there
 * (a netlink socket, a file of another mount namespace) can be used here, and stays in there. None of Node's own threads
 * enters the namespace, since the calls are made by a child that shares this process's memory and file descriptors, and that
 * nobody in there can trace (CVE-2016-9962). The calling thread waits for it.
 *
 * Equivalent to `nsenter --KIND=/proc/self/fd/FD …`.
 *
 * @param kind one kind, or several of a pidfd: `["user", "net"]` of a container of an ordinary user. For `pid` and `time` use
 * {@link enter}: only children come into those
 * @param fd the namespace: an open /proc/PID/ns/KIND, or a pidfd (Linux 5.8)
 * @throws SyscallError EINVAL when the file is no such namespace, EPERM without CAP_SYS_ADMIN there; that of the first call
 * that failed
 * @example
 * const netns = openSync("/run/netns/blue", "r");
 * const { number } = inNamespace("net", netns, [step("open a socket", [into("s", call("socket", AF.INET, SOCK.DGRAM, 0))])]);
 * number("s");
 */
export function inNamespace(
  kind: EnterableNamespace | readonly EnterableNamespace[],
  fd: number,
  program: Program,
  options: RunOptions = {},
): Results {
  const kinds: readonly Namespace[] = typeof kind === "string" ? [kind] : kind;
  const late = kinds.find((one) => one === "pid" || one === "time");
  if (late !== undefined)
    throw new TypeError(`a process enters a ${late} namespace only by its birth there: use enter()`);
  const entering = step(
    `enter the ${kinds.join(", ")} namespace`,
    [call("prctl", PR.SET_DUMPABLE, 0), call("setns", fd, namespaceFlags(kinds))],
    `nsenter ${kinds.map((one) => `--${one}=/proc/self/fd/${fd}`).join(" ")}`,
  );
  return runInChild([entering, ...program], options);
}
