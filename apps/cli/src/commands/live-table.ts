import { isErrno, SIG } from "@wb/syscall";
import { frame, SCREEN } from "../engine/stats/frame.ts";
import { callerWindowSize, isTerminal } from "../runtime/caller-terminal.ts";
import { enterRawMode, type RawMode } from "../runtime/raw-mode.ts";
import { EXIT } from "../user-error.ts";
import { writeAll } from "../write-all.ts";

/**
 * Shows a text on the caller's terminal, and what it has become again and again, until q or Ctrl-C is typed or a signal comes: the
 * terminal is as it was then.
 *
 * @param milliseconds from one to the next
 * @returns the exit status
 */
export async function liveTable(show: () => Promise<string>, milliseconds: number): Promise<number> {
  using stack = new DisposableStack();
  const ended = Promise.withResolvers<number>();
  const on = (name: NodeJS.Signals, handler: () => void): void => {
    process.on(name, handler);
    stack.defer(() => process.off(name, handler));
  };
  const rawMode = isTerminal(0) ? stack.use(enterRawMode(0)) : undefined;
  let last = "";
  const draw = (): void => writeAll(frame(last, callerWindowSize().ws_row));
  const enter = (): void => {
    rawMode?.enterAgain();
    writeAll(SCREEN.enter);
    draw();
  };
  enter();
  stack.defer(() => ifThere(() => writeAll(SCREEN.leave)));
  for (const name of ["INT", "TERM", "HUP"] as const) on(`SIG${name}`, () => ended.resolve(EXIT.signal + SIG[name]));
  on("SIGWINCH", () => ifThere(draw));
  on("SIGCONT", () => ifThere(enter));
  if (rawMode !== undefined) stack.use(readKeys(rawMode, ended.resolve));
  let timer: NodeJS.Timeout | undefined;
  stack.defer(() => clearTimeout(timer));
  const redraw = async (): Promise<void> => {
    const start = performance.now();
    last = await show();
    if (stack.disposed) return;
    draw();
    timer = setTimeout(next, Math.max(0, milliseconds - (performance.now() - start)));
  };
  const next = (): void => void redraw().catch(ended.reject);
  next();
  return await ended.promise;
}

/** What is typed: nothing of it is a signal in raw mode. */
function readKeys(rawMode: RawMode, end: (status: number) => void): Disposable {
  const keys: Readonly<Record<string, () => void>> = {
    q: () => end(0),
    Q: () => end(0),
    "\u0003": () => end(EXIT.signal + SIG.INT),
    "\u001a": () => {
      ifThere(() => writeAll(SCREEN.leave));
      rawMode.leave();
      process.kill(process.pid, "SIGTSTP");
    },
  };
  const take = (data: Buffer): void => {
    for (const key of data.toString("latin1")) keys[key]?.();
  };
  const hangUp = (): void => end(EXIT.signal + SIG.HUP);
  const { stdin } = process;
  stdin.on("data", take).on("end", hangUp).on("error", hangUp);
  return {
    [Symbol.dispose]: () => {
      stdin.off("data", take).off("end", hangUp).destroy();
    },
  };
}

/** A terminal that was closed is told nothing. */
function ifThere(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    if (!isErrno(error, "EIO", "EPIPE")) throw error;
  }
}
