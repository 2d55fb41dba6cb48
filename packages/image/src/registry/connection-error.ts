/** Whether another try, or going on where it broke, can help. */
export function isBroken(error: unknown): boolean {
  return BROKEN.has(codeOf(error)) || codeOf(error).startsWith("HPE_");
}

/** Whether there was no connection, or none that is trusted: another way to the same registry may work. */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error);
  return isBroken(error) || code === "ENOTFOUND" || isCertificate(code) || /^(?:ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code);
}

/** Whether a certificate is not trusted. */
export function isUntrusted(error: unknown): boolean {
  return isCertificate(codeOf(error));
}

/** What can be done about it. */
export function connectionHint(error: unknown, host: string): string | undefined {
  const code = codeOf(error);
  if (isCertificate(code))
    return `the certificate of ${host} is not trusted: NODE_EXTRA_CA_CERTS=FILE names an authority, or list it as an insecure registry`;
  if (/^(?:ERR_SSL_|EPROTO$)/.test(code)) return `${host} may not speak TLS: list it as an insecure registry if so`;
  return HINTS[code];
}

/** A time that ran out, as an error that isBroken(). */
export function timedOut(url: URL, what: string, milliseconds: number): Error {
  return Object.assign(new Error(`${what} from ${url.host} within ${milliseconds / 1000} s`), { code: "ETIMEDOUT" });
}

/** errno's names and Node's; empty where it has none. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  // Of several addresses that were tried.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : "";
}

const BROKEN: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ETIMEDOUT",
]);

const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there: is the registry running, and its port right?",
  ENOTFOUND: "is the registry's name right?",
  EAI_AGAIN: "the name server does not answer",
};

function isCertificate(code: string): boolean {
  return /CERT|^UNABLE_TO_|^SELF_SIGNED|^HOSTNAME_MISMATCH|^INVALID_CA|^INVALID_PURPOSE/.test(code);
}
