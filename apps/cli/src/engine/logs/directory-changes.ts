import { type FSWatcher, watch } from "node:fs";

export interface DirectoryChanges extends Disposable {
  /** Waits for a change since the last call returned, for the signal, or for some milliseconds. */
  readonly next: (atMost: number) => Promise<void>;
}

/**
 * Waits for changes of what is in a directory, by inotify(7). Where that is not to be had (max_user_watches, a network's file
 * system), and in case that it says nothing, it is a time to look again.
 */
export function directoryChanges(directory: string, signal: AbortSignal): DirectoryChanges {
  let hasChanged = false;
  let wake = (): void => undefined;
  const change = (): void => {
    hasChanged = true;
    wake();
  };
  signal.addEventListener("abort", change);
  let watcher = watchOrNot(directory, change);
  watcher?.on("error", () => {
    watcher?.close();
    watcher = undefined;
  });
  return {
    next: async (atMost) => {
      if (!hasChanged) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, Math.min(atMost, watcher === undefined ? WITHOUT_WATCHER : WITH_WATCHER));
        wake = resolve;
        await promise;
        clearTimeout(timer);
      }
      hasChanged = false;
    },
    [Symbol.dispose]: () => {
      signal.removeEventListener("abort", change);
      watcher?.close();
    },
  };
}

/** Milliseconds. */
const WITH_WATCHER = 1000;
const WITHOUT_WATCHER = 100;

function watchOrNot(directory: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(directory, { persistent: true }, onChange);
  } catch {
    return undefined;
  }
}
