import { closeSync, readSync, writeFileSync, writeSync } from "node:fs";
import { call, closeFd, connectUnix, memory, address, O, run, step, tryWait } from "@wb/syscall";
import { NetError } from "../net-error.ts";
import { processText } from "./process-file.ts";
import { hostForward, slirp4netnsCommand } from "./slirp4netns-command.ts";
import { spawnHelper } from "./spawn-helper.ts";
import type { UserModeStart } from "./start-user-mode.ts";
import { endProcess, USER_MODE_FILES } from "./stop-user-mode.ts";
import type { UserModePort } from "./user-mode.ts";
import { waitForFds } from "./wait-for-fds.ts";

/**
 * Starts slirp4netns, waits until it is ready, and has it publish ports.
 *
 * @returns what is to be held open as long as it is to run; the caller closes its own
 * @throws Error when it has ended; its log says why. NetError when it does not publish a port
 */
export function startSlirp4netns({ path, pid, directory, log, ports }: UserModeStart): { readonly held: number } {
  const orders = ports.map((port) => [port, hostForward(port)] as const);
  const [ready, readyFd] = pipe();
  const [exitFd, held] = pipe();
  try {
    const argv = slirp4netnsCommand({ pid, readyFd, exitFd, apiSocket: USER_MODE_FILES.api });
    const child = spawnHelper({ path, argv, directory, log, inherit: [readyFd, exitFd] });
    closeFd(readyFd);
    try {
      writeFileSync(`${directory}/${USER_MODE_FILES.pid}`, processText(child.pid), { mode: 0o600 });
      const [isReady = false] = waitForFds([ready], PATIENCE);
      if (!isReady) throw new Error(`it was not ready within ${PATIENCE / 1000} seconds`);
      if (readSync(ready, Buffer.alloc(1)) === 0) throw new Error("it has ended");
      for (const [port, order] of orders) tell(`${directory}/${USER_MODE_FILES.api}`, port, order);
      return { held };
    } catch (error) {
      endProcess(child.pidfd);
      tryWait(child.pidfd, { block: true });
      throw error;
    } finally {
      closeFd(child.pidfd);
    }
  } catch (error) {
    closeFd(held);
    throw error;
  } finally {
    closeFd(ready);
    closeFd(exitFd);
  }
}

/** Milliseconds. */
const PATIENCE = 10_000;

/** One order for each connection, as slirp4netns has it. */
function tell(socket: string, { address: at, port, protocol }: UserModePort, order: string): void {
  const fd = connectUnix(socket);
  try {
    writeSync(fd, order);
    const [isAnswered = false] = waitForFds([fd], PATIENCE);
    const answer = Buffer.alloc(4096);
    const text = isAnswered ? answer.toString("utf8", 0, readSync(fd, answer)).trim() : "no answer";
    if (/"return"/.test(text)) return;
    throw new NetError(
      "WB_NET_PROGRAM",
      `slirp4netns: ${at === "" ? "0.0.0.0" : at}:${port}/${protocol} is not published: ${text}`,
    );
  } finally {
    closeSync(fd);
  }
}

function pipe(): [reading: number, writing: number] {
  const made = run([step("make a pipe", [memory("pipe", 8), call("pipe2", address("pipe"), O.CLOEXEC)])]);
  const bytes = made.bytes("pipe", 8);
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
}
