/** docker's exit statuses for what is not the command's own: docker-run(1), "Exit Status". */
export const EXIT = { failure: 125, notExecutable: 126, notFound: 127, signal: 128 } as const;

/** Something that the person who typed the command can mend: one line that names the value, and the remedy. */
export class UserError extends Error {
  readonly hint?: string;
  readonly exitStatus: number;

  constructor(
    message: string,
    {
      hint,
      exitStatus = EXIT.failure,
      cause,
    }: { hint?: string | undefined; exitStatus?: number; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.exitStatus = exitStatus;
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(UserError.prototype, "name", { value: "UserError", configurable: true, writable: true });
