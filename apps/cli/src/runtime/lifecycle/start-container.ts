import { openSync, rmSync, writeSync, closeSync, existsSync } from "node:fs";
import { isErrno, O } from "@wb/syscall";
import { ContainerDirectory } from "./container-directory.ts";
import type { ContainerRecord, Status } from "./container-record.ts";
import { execHook } from "./exec-hook.ts";
import { configOf, findContainer } from "./find-container.ts";
import { hookState } from "./hook-state.ts";
import { runHooks } from "./hooks.ts";
import { killInit } from "./kill-container.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { type NotifySocket, openNotifySocket } from "./notify-socket.ts";

/**
 * Starts a container that was created, OCI runtime-spec runtime.md "Start": its program is executed once the `startContainer`
 * hooks have run in it; then come the `poststart` hooks. When one of them fails, the container is killed.
 *
 * @param notifySocket systemd's socket: where the container was created with one of its own, that is open now
 * @returns that one, for the caller to wait at and to dispose of
 * @throws LifecycleError for a container in another state, HookError
 */
export async function startContainer(root: string, id: string, notifySocket = ""): Promise<NotifySocket | undefined> {
  using directory = ContainerDirectory.lock(root, id);
  const { record, status } = findContainer(root, id);
  if (status !== "created") throw new LifecycleError("WB_CONTAINER_STATE", REFUSALS[status], { id });
  const { hooks = {} } = configOf(root, id);
  const notified = directory.file("notify");
  const notify =
    notifySocket !== "" && existsSync(notified) ? openNotifySocket(notified, notifySocket, record) : undefined;
  try {
    await runHooks("startContainer", hooks.startContainer, hookState(record, "created"), (argv, options) =>
      execHook(root, record, argv, options),
    );
    release(directory, record);
    await runHooks("poststart", hooks.poststart, hookState(record, "running"));
    return notify;
  } catch (error) {
    notify?.[Symbol.dispose]();
    killInit(record);
    throw error;
  }
}

const REFUSALS: Readonly<Record<Exclude<Status, "created">, string>> = {
  creating: "cannot start a container in the creating state",
  running: "cannot start an already running container",
  paused: "cannot start a container in the paused state",
  stopped: "cannot start a container that has stopped",
};

/** The byte first, so that a start that is killed here leaves a container that runs, which its program shows. */
function release(directory: ContainerDirectory, { id }: ContainerRecord): void {
  const path = directory.file("fifo");
  let fifo: number;
  try {
    fifo = openSync(path, O.WRONLY | O.NONBLOCK | O.CLOEXEC | O.NOFOLLOW);
  } catch (cause) {
    // ENXIO: nobody waits there any more.
    if (!isErrno(cause, "ENXIO", "ENOENT")) throw cause;
    throw new LifecycleError("WB_CONTAINER_STATE", REFUSALS.stopped, { id, cause });
  }
  try {
    writeSync(fifo, "0");
  } catch (cause) {
    // It was killed while it waited.
    if (!isErrno(cause, "EPIPE")) throw cause;
    throw new LifecycleError("WB_CONTAINER_STATE", REFUSALS.stopped, { id, cause });
  } finally {
    closeSync(fifo);
  }
  rmSync(path, { force: true });
}
