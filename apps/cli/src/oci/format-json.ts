/** JSON in which a bigint is a number with all its digits, as `parseJson` reads it. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? rawJson(String(each)) : each))}\n`;
}

/** JSON.rawJSON, since V8 11.4: TypeScript does not know it yet. */
const { rawJSON: rawJson } = JSON as typeof JSON & { readonly rawJSON: (text: string) => object };
