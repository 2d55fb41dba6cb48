import { closeFd, tryWait } from "@wb/syscall";
import { pastaCommand } from "./pasta-command.ts";
import { spawnHelper } from "./spawn-helper.ts";
import type { UserModeStart } from "./start-user-mode.ts";
import { endProcess, USER_MODE_FILES } from "./stop-user-mode.ts";
import { waitForFds } from "./wait-for-fds.ts";

/**
 * Starts pasta, which goes to the background when it is ready, with its process id in its file.
 *
 * @throws Error when it has ended otherwise; its log says why
 */
export function startPasta({ path, pid, directory, log, ports }: UserModeStart): object {
  const argv = pastaCommand({ pid, pidFile: `${directory}/${USER_MODE_FILES.pid}`, ports });
  const child = spawnHelper({ path, argv, directory: "/", log });
  try {
    const [isOver = false] = waitForFds([child.pidfd], PATIENCE);
    if (!isOver) endProcess(child.pidfd);
    const ended = tryWait(child.pidfd, { block: true });
    if (!isOver) throw new Error(`it was not ready within ${PATIENCE / 1000} seconds`);
    if (ended?.code !== 0) throw new Error(`it ended with ${ended?.code ?? `signal ${ended?.signal}`}`);
    return {};
  } finally {
    closeFd(child.pidfd);
  }
}

/** Milliseconds; it takes some 30. */
const PATIENCE = 10_000;
