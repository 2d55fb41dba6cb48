import { closeSync, openSync } from "node:fs";
import { isErrno, O } from "@wb/syscall";
import { NetError } from "../net-error.ts";

/**
 * A network namespace: that of a process, by its pid; one that `ip netns` has named, by its name; a path, which is told from
 * a name by its `/`; or an open file of it, which may be a pidfd (Linux 5.8).
 */
export type Netns = number | string | { readonly fd: number };

/** Where `ip netns add` binds namespaces, ip-netns(8). */
export const NAMED = "/run/netns";

/**
 * Opens a network namespace for `use`, and closes it afterwards.
 *
 * @throws NetError WB_NET_NETNS when there is none, WB_NET_NAME for a name that is none
 */
export function withNetnsFd<T>(netns: Netns, use: (fd: number) => T): T {
  if (typeof netns === "object") return use(netns.fd);
  const fd = openNetns(netns);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** What it is called in commands: `-n blue`, and in errors. */
export function netnsText(netns: Netns): string {
  if (typeof netns === "object") return `/proc/self/fd/${netns.fd}`;
  return typeof netns === "number" ? `/proc/${netns}/ns/net` : netns;
}

/** The file of a namespace. @throws NetError WB_NET_NAME */
export function netnsPath(netns: number | string): string {
  if (typeof netns === "number") {
    if (!Number.isInteger(netns) || netns <= 0)
      throw new NetError("WB_NET_VALUE", `no process id: ${netns}`, { hint: "a file descriptor is { fd }" });
    return `/proc/${netns}/ns/net`;
  }
  if (netns.includes("/") && !netns.includes("\0")) return netns;
  if (netns === "" || netns === "." || netns === ".." || netns.includes("\0") || Buffer.byteLength(netns) > 255)
    throw new NetError("WB_NET_NAME", `no name of a network namespace: ${JSON.stringify(netns)}`);
  return `${NAMED}/${netns}`;
}

/** The caller closes it. @throws NetError WB_NET_NETNS when there is none, WB_NET_NAME */
export function openNetns(netns: number | string): number {
  const path = netnsPath(netns);
  try {
    // A FIFO in its place would be waited for.
    return openSync(path, O.RDONLY | O.CLOEXEC | O.NONBLOCK);
  } catch (cause) {
    if (!isErrno(cause, "ENOENT", "ENOTDIR", "ESRCH")) throw cause;
    const what = typeof netns === "number" ? `there is no process ${netns}` : `there is no network namespace ${path}`;
    const hint = typeof netns === "string" && !netns.includes("/") ? `ip netns add ${netns}` : undefined;
    throw new NetError("WB_NET_NETNS", what, { hint, cause });
  }
}
