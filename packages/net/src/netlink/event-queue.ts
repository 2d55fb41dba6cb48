/** Values that come from callbacks, for one `for await`. */
export interface EventQueue<T> {
  readonly iterator: AsyncIterableIterator<T>;
  readonly push: (value: T) => void;
  /** What is there already is still handed out. */
  readonly end: (error?: unknown) => void;
}

/** @param stop is called once, when no more is wanted or nothing more comes */
export function eventQueue<T>(stop: () => void): EventQueue<T> {
  const values: T[] = [];
  const waiting: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  const end = (error?: unknown): void => {
    if (ended) return;
    ended = true;
    if (error !== undefined) failure = { error };
    stop();
    for (const one of waiting.splice(0)) one.resolve(next());
  };
  const next = async (): Promise<IteratorResult<T, undefined>> => {
    if (values.length > 0) return { value: values.shift() as T, done: false };
    if (!ended) {
      const promise = Promise.withResolvers<IteratorResult<T, undefined>>();
      waiting.push(promise);
      return promise.promise;
    }
    const failed = failure;
    failure = undefined;
    if (failed !== undefined) throw failed.error;
    return { value: undefined, done: true };
  };
  const iterator: AsyncIterableIterator<T> = {
    next,
    return: async () => {
      values.length = 0;
      end();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return {
    iterator,
    push: (value) => {
      const first = waiting.shift();
      if (first !== undefined) first.resolve({ value, done: false });
      else if (!ended) values.push(value);
    },
    end,
  };
}
