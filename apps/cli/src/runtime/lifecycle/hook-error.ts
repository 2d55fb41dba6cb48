/** A hook of a container failed. */
export class HookError extends Error {
  /** `createRuntime`, for example. */
  readonly kind: string;
  readonly index: number;

  constructor(
    kind: string,
    index: number,
    { path, reason, cause }: { readonly path: string; readonly reason: string; readonly cause: unknown },
  ) {
    super(`error running ${kind} hook #${index}: ${reason} (${path})`, { cause });
    this.kind = kind;
    this.index = index;
  }
}

Object.defineProperty(HookError.prototype, "name", { value: "HookError", configurable: true, writable: true });
