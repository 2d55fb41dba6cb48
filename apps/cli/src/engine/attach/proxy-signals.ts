import { SIG } from "@wb/syscall";
import { receiveSigusr1 } from "../../receive-sigusr1.ts";

/** All that a program can have a handler for, but SIGCHLD, SIGPIPE and SIGURG, as docker has it, and those of the program's own faults. */
const PROXIED = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGTERM",
  "SIGSTKFLT",
  "SIGCONT",
  "SIGTSTP",
  "SIGXCPU",
  "SIGVTALRM",
  "SIGWINCH",
  "SIGIO",
  "SIGPWR",
] as const;

export interface ProxiedSignals extends Disposable {
  /** Where signals go from now on, those that came meanwhile first. */
  readonly to: (send: (signal: number) => void) => void;
}

/** Passes signals on to a container until it is disposed of, docker-attach(1) `--sig-proxy`. It begins before there is one. */
export function proxySignals(): ProxiedSignals {
  const early: number[] = [];
  let pass = (signal: number): void => void early.push(signal);
  const handlers = PROXIED.map((name) => {
    const handler = (): void => pass(SIG[name.slice("SIG".length) as keyof typeof SIG]);
    process.on(name, handler);
    return [name, handler] as const;
  });
  receiveSigusr1();
  return {
    to: (send) => {
      pass = send;
      early.splice(0).forEach(send);
    },
    [Symbol.dispose]: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
