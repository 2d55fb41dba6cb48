/**
 * Reads a profile from JSON, docker's or OCI's, with the integers that no number holds exactly as bigint: arguments have 64
 * bits, and JSON.parse would round `18446744073709551615` up.
 *
 * @throws SyntaxError
 */
export function parseSeccomp(text: string): unknown {
  return JSON.parse(text, exact);
}

function exact(this: unknown, _key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return /^\d+$/u.test(context?.source ?? "") ? BigInt(context?.source ?? "") : value;
}
