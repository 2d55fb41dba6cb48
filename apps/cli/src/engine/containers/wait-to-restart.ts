import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { address, call, ignoring, into, memory, O, POLL, type Program, step, value } from "@wb/syscall";
import { ownedFd } from "../../runtime/lifecycle/owned-fd.ts";
import { becomeCommand } from "../../runtime/supervisor/become-command.ts";
import { makeFifo } from "../../runtime/supervisor/make-fifo.ts";
import { spawnDetached } from "../../runtime/supervisor/spawn-detached.ts";
import { cleanUpCommand } from "./clean-up-command.ts";
import type { ContainerPlaces } from "./container-places.ts";
import { WAITING } from "./end-waiting.ts";
import { lockSupervised } from "./lock-supervised.ts";

/** The command's name: nobody types it. */
export const RESTART = "supervised-restart";

/**
 * Starts a process of a few pages that waits until a container is to be started again, and then becomes the command that does so. It
 * has the lock of what a supervisor has, as one has while the container runs. One that waits already goes on.
 *
 * @param time milliseconds since 1970
 */
export function waitToRestart(places: ContainerPlaces, id: string, time: number): void {
  mkdirSync(places.supervised, { recursive: true, mode: 0o700 });
  using lock = lockSupervised(places);
  if (lock === undefined) return;
  const path = join(places.supervised, WAITING);
  makeFifo(path);
  using fifo = ownedFd(openSync(path, O.RDWR | O.NONBLOCK | O.CLOEXEC | O.NOFOLLOW));
  spawnDetached([waitFor(Math.max(0, time - Date.now())), ...becomeCommand(cleanUpCommand(id, RESTART), "lock")], {
    name: `wb-supervisor restart ${id}`,
    inputs: { lock: lock.fd, waiting: fifo.fd },
    inherit: [lock.fd, fifo.fd],
  });
}

function waitFor(milliseconds: number): Program[number] {
  return step(`wait ${milliseconds} ms, or until somebody ends that`, [
    memory("poll", 8),
    { assign: address("poll"), to: value("waiting", 0, 0xffff_ffffn), plus: BigInt(POLL.IN) << 32n },
    into("came", ignoring(call("ppoll", address("poll"), 1, timespec(milliseconds), null, 0))),
    { jump: "time", when: { value: "came", equals: 0 } },
    call("exit_group", 0),
    { label: "time" },
  ]);
}

function timespec(milliseconds: number): Buffer {
  const seconds = Math.floor(milliseconds / 1000);
  return Buffer.from(BigInt64Array.of(BigInt(seconds), BigInt(Math.round((milliseconds % 1000) * 1e6))).buffer);
}
