import { messageOf } from "../report-error.ts";
import type { NotifySocket } from "../runtime/lifecycle/notify-socket.ts";
import type { Log } from "./log.ts";

/** Waits until a container is ready, where systemd wants to know: whoever started it has done so even if systemd does not hear it. */
export async function forwardReady(notify: NotifySocket | undefined, log: Log): Promise<void> {
  try {
    await notify?.forward();
  } catch (error) {
    log.write("warning", `that the container is ready could not be passed on: ${messageOf(error)}`);
  }
}
