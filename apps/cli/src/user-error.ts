/** docker's exit statuses for what is not the command's own: docker-run(1), "Exit Status". */
export const EXIT = { failure: 125, notExecutable: 126, notFound: 127, signal: 128 } as const;

export interface UserErrorOptions {
  /** The remedy. */
  readonly hint?: string | undefined;
  readonly code?: string;
  /** Default: 125, which the command may have another number for (src/registry). */
  readonly exitStatus?: number;
  /** How the command is called, when it was not called so. */
  readonly usage?: string;
  /** The command line is not understood: commands may have a status of their own for that. */
  readonly misuse?: boolean;
  readonly cause?: unknown;
}

/** Something that the person who typed the command can mend: one line that names the value, and the remedy. */
export class UserError extends Error {
  readonly hint?: string;
  readonly exitStatus: number;
  readonly usage?: string;
  readonly misuse: boolean;
  /** Of those that a caller tells from others. */
  readonly code?: string;

  constructor(
    message: string,
    { hint, code, exitStatus = EXIT.failure, usage, misuse = false, cause }: UserErrorOptions = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.exitStatus = exitStatus;
    this.misuse = misuse;
    if (hint !== undefined) this.hint = hint;
    if (code !== undefined) this.code = code;
    if (usage !== undefined) this.usage = usage;
  }
}

Object.defineProperty(UserError.prototype, "name", { value: "UserError", configurable: true, writable: true });
