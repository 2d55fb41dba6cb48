/** A value as JSON, bigints as integers with all of their digits: what `parseJson` gives, back again. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? rawJson(`${inner}`) : inner));
}

/** JSON.rawJSON, since Node 21, which the compiler's library does not know: https://github.com/tc39/proposal-json-parse-with-source. */
const { rawJSON: rawJson } = JSON as typeof JSON & { readonly rawJSON: (text: string) => unknown };
