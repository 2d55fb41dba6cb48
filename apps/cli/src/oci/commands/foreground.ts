import { closeSync, openSync } from "node:fs";
import { isatty } from "node:tty";
import type { ExitStatus, NsProcess } from "@wb/ns";
import { O, SIG } from "@wb/syscall";
import { forwardSignals } from "../../runtime/forward-signals.ts";
import type { ConsoleEnds } from "../../runtime/lifecycle/console.ts";
import type { SessionOptions, TerminalSession } from "../../runtime/terminal-session.ts";
import { UserError } from "../../user-error.ts";

export interface ForegroundOptions {
  /** Makes a terminal that the caller's is connected with; undefined where the process has none of these. */
  readonly openTerminal: SessionOptions["open"] | undefined;
  /** Whether it may do without a terminal of its own, as docker exec -t. Default: as runc, it may not. */
  readonly alone?: boolean;
  /** Whether what is typed into the caller's terminal is for the process. Default true. */
  readonly interactive?: boolean;
  /** The keys by which the caller leaves the process running, and what this process does then. Default: there are none. */
  readonly detach?: { readonly filter: SessionOptions["filter"]; readonly leave: () => Promise<never> };
  readonly warn: (message: string) => void;
}

/** A process whose caller waits for it: signals go to it, and a terminal is connected with the caller's. */
export interface Foreground extends AsyncDisposable {
  /** What the process is to get. */
  readonly terminal: ConsoleEnds | undefined;
  /** Follows it to its end. @returns the status to end with */
  readonly follow: (process: NsProcess, killAll: () => void) => Promise<number>;
}

/** Begins before there is a process, so that no signal is lost that comes meanwhile. */
export async function openForeground(options: ForegroundOptions): Promise<Foreground> {
  const { openTerminal, warn } = options;
  const signals = forwardSignals(warn, { terminal: openTerminal !== undefined });
  let session: TerminalSession | undefined;
  try {
    session = openTerminal === undefined ? undefined : await openSession(openTerminal, options);
  } catch (error) {
    signals[Symbol.dispose]();
    throw error;
  }
  return {
    terminal: session,
    follow: async (process, killAll) => {
      signals.to(process, () => {
        killAll();
        session?.abandon();
      });
      if ((await session?.connect(process, killAll)) === true) await options.detach?.leave();
      return exitStatus(await process.wait());
    },
    [Symbol.asyncDispose]: async () => {
      signals[Symbol.dispose]();
      await session?.[Symbol.asyncDispose]();
    },
  };
}

/** Loaded only here: a command without a terminal starts earlier. */
async function openSession(
  open: SessionOptions["open"],
  { alone = false, interactive = true, detach }: ForegroundOptions,
): Promise<TerminalSession> {
  if (!alone) refuseWithoutTerminal();
  return new (await import("../../runtime/terminal-session.ts")).TerminalSession({
    interactive,
    open,
    filter: detach?.filter,
    // As runc, whose output is read by programs; on a terminal only the one of the container processes it.
    plainLineEnds: !isatty(1),
  });
}

/** As runc: a shell that waits for somebody to type would wait for ever. */
function refuseWithoutTerminal(): void {
  if ([0, 1, 2].some((fd) => isatty(fd))) return;
  try {
    closeSync(openSync("/dev/tty", O.RDWR | O.NOCTTY | O.CLOEXEC));
  } catch (cause) {
    throw new UserError("open /dev/tty: no such device or address", {
      cause,
      hint: "the process has a terminal, and wb is on none: --console-socket PATH gets it",
    });
  }
}

function exitStatus({ code, signal }: ExitStatus): number {
  return signal === null ? (code ?? 0) : 128 + SIG[signal.slice("SIG".length) as keyof typeof SIG];
}
