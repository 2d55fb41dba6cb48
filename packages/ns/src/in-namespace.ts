import { call, type Program, type Results, runInChild, type RunOptions, step } from "@wb/syscall";
import { type Namespace, NAMESPACES } from "./namespace.ts";

/**
 * Makes the calls of a Program inside a namespace, setns(2), and returns its cells: a file descriptor that was opened there
 * (a netlink socket, a mount, a file of another mount namespace) can be used here. None of Node's own threads enters the
 * namespace, since the calls are made by a child that shares this process's memory and file descriptors.
 *
 * Equivalent to `nsenter --KIND=/proc/self/fd/FD …`.
 *
 * @param fd the namespace: an open /proc/PID/ns/KIND, or a pidfd (Linux 5.8). For `pid` and `time` use {@link enter}, since
 * only children of the caller come into those
 * @example
 * const netns = openSync("/run/netns/blue", "r");
 * const { number } = inNamespace("net", netns, [step("open a socket", [into("s", call("socket", AF.INET, SOCK.DGRAM, 0))])]);
 * number("s");
 */
export function inNamespace(kind: Namespace, fd: number, program: Program, options: RunOptions = {}): Results {
  if (kind === "pid" || kind === "time") {
    throw new TypeError(`a process enters a ${kind} namespace only by its birth there: use enter()`);
  }
  const { flag, file } = NAMESPACES[kind];
  const entering = step(`enter the ${kind} namespace`, [call("setns", fd, flag)], `nsenter --${kind}=ns/${file}`);
  return runInChild([entering, ...program], options);
}
