import type { NsProcess, SignalName } from "@wb/ns";
import { receiveSigusr1 } from "../receive-sigusr1.ts";

/** What a person or a service manager sends to wb is meant for the container, docker-run(1) `--sig-proxy`. */
const FORWARDED: readonly (NodeJS.Signals & SignalName)[] = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGCONT",
  "SIGWINCH",
];

/**
 * A command that is pid 1 of its namespace ignores what it has no handler for: after as many requests to end, it is killed,
 * and all that it started: a process that it froze would otherwise keep its namespace, and wb, for ever.
 */
const PATIENCE = 3;

export interface ForwardOptions {
  /** The command has a terminal, which tells it of a new size: SIGWINCH is left to that. Default false. */
  readonly terminal?: boolean;
}

export interface SignalForwarding extends Disposable {
  /** Where signals go from now on, those that came meanwhile first; `killAll` ends whatever is still there. */
  readonly to: (process: Pick<NsProcess, "kill">, killAll: () => void) => void;
}

/**
 * Passes signals on until it is disposed of. It begins before there is a process to pass them on to: a signal that came
 * while that is made would end wb, and leave what it has made so far.
 */
export function forwardSignals(
  warn: (message: string) => void,
  { terminal = false }: ForwardOptions = {},
): SignalForwarding {
  let requests = 0;
  let pass: (signal: SignalName) => void = (signal) => void early.push(signal);
  let kill: () => void = () => void early.push("SIGKILL");
  const early: SignalName[] = [];
  const forwarded = FORWARDED.filter((signal) => !(terminal && signal === "SIGWINCH"));
  const handlers = forwarded.map((signal) => {
    const handler = (): void => {
      if (signal === "SIGINT" || signal === "SIGTERM") requests += 1;
      if (requests === PATIENCE - 1) warn(`${signal} once more kills the container`);
      if (requests >= PATIENCE) kill();
      else pass(signal);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  receiveSigusr1();
  return {
    to: (target, killAll) => {
      pass = (signal) => void target.kill(signal);
      kill = killAll;
      early.splice(0).forEach(pass);
    },
    [Symbol.dispose]: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
