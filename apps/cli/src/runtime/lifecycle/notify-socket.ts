import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { address, AF, call, closeFd, ignoring, into, memory, MSG, O, run, SOCK, step } from "@wb/syscall";
import type { CompleteSpec } from "../../oci/complete-spec.ts";
import type { ContainerRecord } from "./container-record.ts";
import { isAlive } from "./init-process.ts";
import { tellSystemd } from "./tell-systemd.ts";

/** Where a container has the socket: runc's place. */
const PLACE = "/run/notify";
const NAME = "notify.sock";

/**
 * The configuration of a container whose program can say that it is ready, sd_notify(3): a directory is bound into it that gets
 * a socket when it starts. The caller's own socket would not do: systemd knows no process of the container.
 *
 * @param directory on the host; it is made
 */
export function withNotifySocket(spec: CompleteSpec, directory: string): CompleteSpec {
  mkdirSync(directory);
  // Whatever the umask is: any user of the container may say it.
  chmodSync(directory, 0o755);
  const options = ["bind", "nosuid", "noexec", "nodev", "ro"];
  return {
    ...spec,
    mounts: [...spec.mounts, { destination: PLACE, type: "bind", source: directory, options }],
    process: { ...spec.process, env: [...spec.process.env, `NOTIFY_SOCKET=${PLACE}/${NAME}`] },
  };
}

/** What listens for a container to be ready. */
export interface NotifySocket extends Disposable {
  /** Waits until the container says that it is ready, or ends, and tells who listens at NOTIFY_SOCKET. */
  readonly forward: () => Promise<void>;
}

/**
 * Makes the socket of a container that is about to start.
 *
 * @param directory of {@link withNotifySocket}
 * @param host the caller's NOTIFY_SOCKET
 */
export function openNotifySocket(directory: string, host: string, record: ContainerRecord): NotifySocket {
  const path = `${directory}/${NAME}`;
  // Of a start that was killed.
  rmSync(path, { force: true });
  const socket = bind(directory);
  chmodSync(path, 0o777);
  return {
    forward: async () => {
      for (;;) {
        // First: what it said before it ended counts.
        const alive = isAlive(record);
        for (let text = receive(socket); text !== ""; text = receive(socket)) {
          if (!text.split("\n").includes(READY)) continue;
          await tellSystemd(host, [READY, `MAINPID=${record.init_process_pid}`]);
          return;
        }
        if (!alive) return;
        await setTimeout(PAUSE_MS);
      }
    },
    [Symbol.dispose]: () => {
      closeFd(socket);
      rmSync(path, { force: true });
    },
  };
}

/** Nothing else that a container says is passed on. */
const READY = "READY=1";

const PAUSE_MS = 50;

/** By the directory's descriptor: a path of any length fits into a `struct sockaddr_un` so. */
function bind(directory: string): number {
  const handle = openSync(directory, O.PATH);
  try {
    const name = `/proc/self/fd/${handle}/${NAME}\0`;
    const bytes = Buffer.concat([Buffer.from(Uint16Array.of(AF.UNIX).buffer), Buffer.from(name)]);
    const made = run([
      step("make the socket that the container tells of itself", [
        into("socket", call("socket", AF.UNIX, SOCK.DGRAM | SOCK.CLOEXEC, 0)),
      ]),
    ]);
    const socket = made.number("socket");
    try {
      run([step(`bind it to ${directory}/${NAME}`, [call("bind", socket, bytes, bytes.length)])]);
    } catch (error) {
      closeFd(socket);
      throw error;
    }
    return socket;
  } finally {
    closeSync(handle);
  }
}

/** One message, or nothing where there is none. */
function receive(socket: number): string {
  const made = run([
    step("read what the container tells", [
      memory("text", MOST_BYTES),
      into(
        "length",
        ignoring(call("recvfrom", socket, address("text"), MOST_BYTES, MSG.DONTWAIT, null, null), "EAGAIN"),
      ),
    ]),
  ]);
  const length = made.number("length");
  return length <= 0 ? "" : made.bytes("text", length).toString();
}

const MOST_BYTES = 4096;
