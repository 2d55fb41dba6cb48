import { closeSync, openSync } from "node:fs";
import { call, ERRNO, ignoring, into, LOCK, O, run, step } from "@wb/syscall";

/**
 * Waits until no other process changes what wb has in this network namespace: links, rules, leases and what is written of them. The lock is that
 * of the namespace itself, flock(2), so that it is one for all who share it, wherever they keep their containers.
 */
export function lockNetwork(): Disposable {
  const fd = openSync("/proc/self/ns/net", O.RDONLY | O.CLOEXEC);
  try {
    run([
      step("lock the network namespace", [
        { label: "again" },
        into("locked", ignoring(call("flock", fd, LOCK.EX), "EINTR")),
        { jump: "again", when: { value: "locked", equals: -ERRNO.EINTR } },
      ]),
    ]);
    return { [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
