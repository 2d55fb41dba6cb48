import type { RawMode } from "./raw-mode.ts";

/**
 * A wb that is stopped leaves the terminal as it was; one that goes on, even after SIGSTOP, has it in raw mode again.
 *
 * @returns what undoes that
 */
export function followStops(rawMode: RawMode, resize: () => void): () => void {
  const goOn = (): void => {
    rawMode.enterAgain();
    resize();
  };
  const stop = (): void => {
    rawMode.leave();
    // By the default action, which the kernel leaves out where nobody could continue the job.
    process.off("SIGTSTP", stop);
    process.kill(process.pid, "SIGTSTP");
    process.on("SIGTSTP", stop);
    goOn();
  };
  process.on("SIGCONT", goOn);
  process.on("SIGTSTP", stop);
  return () => {
    process.off("SIGCONT", goOn);
    process.off("SIGTSTP", stop);
  };
}
