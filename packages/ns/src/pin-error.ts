/** A namespace that cannot be pinned, or a path on which none is. */
export class PinError extends Error {
  readonly path: string;
  /** The remedy, where one is known. */
  declare readonly hint?: string;

  constructor(path: string, why: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(`${JSON.stringify(path)}: ${why}`, "cause" in options ? { cause: options.cause } : {});
    this.path = path;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}

Object.defineProperty(PinError.prototype, "name", { value: "PinError", configurable: true, writable: true });
