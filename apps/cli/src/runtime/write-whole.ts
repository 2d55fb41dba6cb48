import { isErrno, POLL } from "@wb/syscall";
import { poll } from "./poll.ts";
import type { Sink } from "./stdio-ends.ts";

/** Writes bytes as fast as they are taken. @throws EPIPE or EIO where nobody reads any more */
export async function writeWhole(sink: Pick<Sink, "fd" | "write">, bytes: Buffer): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(sink.write(rest));
    } catch (error) {
      if (!isErrno(error, "EAGAIN", "EINTR")) throw error;
      await poll([{ fd: sink.fd, events: POLL.OUT }], null);
    }
  }
}
