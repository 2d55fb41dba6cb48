import type { NsProcess, SignalName } from "@wb/ns";

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

/** A command that is pid 1 of its namespace ignores what it has no handler for: after as many requests to end, it is killed. */
const PATIENCE = 3;

/** Passes signals on to a process until it is disposed of. */
export function forwardSignals(process_: NsProcess): Disposable {
  let requests = 0;
  const handlers = FORWARDED.map((signal) => {
    const handler = (): void => {
      if (signal === "SIGINT" || signal === "SIGTERM") requests += 1;
      process_.kill(requests >= PATIENCE ? "SIGKILL" : signal);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return {
    [Symbol.dispose]: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
