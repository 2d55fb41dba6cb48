/**
 * Lets one at a time of those go on who ask in this process, each until he disposes of his turn: flock(2) waits without anything else
 * of the process going on, also for a lock that the process itself has.
 */
export function turns(): () => Promise<Disposable> {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    return { [Symbol.dispose]: () => resolve() };
  };
}
