/** A seccomp profile that cannot be compiled: which value, where it stands, and what was expected. */
export class SeccompProfileError extends Error {
  readonly code = "WB_SECCOMP_PROFILE";
  /** From the profile's top: `syscalls[3].args[0].op`; empty for the whole. */
  readonly path: string;
  readonly value: unknown;
  readonly hint?: string;

  constructor(path: string, value: unknown, expected: string, hint?: string) {
    super(`seccomp${path === "" ? "" : `.${path}`}: ${text(value)}${expected}`);
    this.path = path;
    this.value = value;
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(SeccompProfileError.prototype, "name", {
  value: "SeccompProfileError",
  configurable: true,
  writable: true,
});

/** Nothing for a value that is missing; of a long one its beginning. */
function text(value: unknown): string {
  if (value === undefined) return "";
  const shown = typeof value === "bigint" ? `${value}` : (JSON.stringify(value) ?? typeof value);
  return `${shown.length > MOST ? `${shown.slice(0, MOST)}…` : shown} `;
}

const MOST = 80;
