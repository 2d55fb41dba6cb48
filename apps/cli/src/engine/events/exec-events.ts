import { newContainerId } from "../container-id.ts";
import { containerEvent, type EventSubject } from "./container-event.ts";

/**
 * Records that a command was started in a container, `exec_create: COMMAND` and `exec_start: COMMAND`.
 *
 * @returns records its end
 */
export function execEvents(subject: EventSubject, command: readonly string[]): (exitCode: number) => void {
  const execID = newContainerId();
  const text = command.join(" ");
  containerEvent(`exec_create: ${text}`, subject, { execID });
  containerEvent(`exec_start: ${text}`, subject, { execID });
  return (exitCode) => containerEvent("exec_die", subject, { execID, exitCode });
}
