import { killContainer } from "../../runtime/lifecycle/kill-container.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";

/** Sends a signal to a container's first process, if it has one. */
export function sendSignal(runtime: string, id: string, signal: number): void {
  try {
    killContainer(runtime, id, signal);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof LifecycleError)) throw error;
  }
}
