import { address, call, ignoring, memory, pollfd, runInPool, step } from "@wb/syscall";

/**
 * ppoll(2) on a thread of libuv's pool. Returns the events of each file descriptor; negative ones are passed over.
 *
 * @param timeout a timespec, or null to wait without an end
 */
export async function poll(
  fds: readonly { readonly fd: number; readonly events: number }[],
  timeout: Uint8Array | null,
): Promise<number[]> {
  const content = Buffer.concat(fds.map((one) => pollfd.encode(one)));
  const polled = await runInPool([
    step("wait for file descriptors", [
      memory("pollfds", content),
      ignoring(call("ppoll", address("pollfds"), fds.length, timeout, null, 8), "EINTR"),
    ]),
  ]);
  const events = polled.bytes("pollfds", content.length);
  return fds.map((_, index) => pollfd.decode(events.subarray(index * pollfd.size)).revents);
}
