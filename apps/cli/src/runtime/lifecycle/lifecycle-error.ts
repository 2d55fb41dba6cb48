/** What is wrong with a command on a container. */
export type LifecycleCode =
  | "WB_CONTAINER_EXISTS"
  | "WB_CONTAINER_NOT_FOUND"
  | "WB_CONTAINER_BUSY"
  | "WB_CONTAINER_ID"
  | "WB_CONTAINER_STATE"
  | "WB_CONTAINER_SETUP";

/**
 * A container is not there, or not in a state in which it could be done. The texts are runc's where engines look for them:
 * "container does not exist", "container not running".
 */
export class LifecycleError extends Error {
  readonly code: LifecycleCode;
  readonly id: string;
  readonly hint?: string;

  constructor(
    code: LifecycleCode,
    message: string,
    { id, hint, cause }: { readonly id: string; readonly hint?: string; readonly cause?: unknown },
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.id = id;
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(LifecycleError.prototype, "name", {
  value: "LifecycleError",
  configurable: true,
  writable: true,
});
