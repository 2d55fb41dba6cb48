/** What a Landlock annotation says and cannot be. */
export class LandlockError extends Error {
  readonly code = "WB_LANDLOCK";
  /** Where in the annotation: `rules.pathBeneath[0].paths`. */
  readonly field: string;
  /** What can be done about it. */
  readonly hint?: string;

  constructor(
    field: string,
    reason: string,
    { hint, cause }: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(`landlock${field === "" ? "" : `: ${field}`}: ${reason}`, cause === undefined ? {} : { cause });
    this.field = field;
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(LandlockError.prototype, "name", { value: "LandlockError", configurable: true, writable: true });
