import { type GoValue, goValue, jsonPairsOf, NIL_LIST } from "./go-value.ts";

export interface JsonOptions {
  /** <, > and & as escapes: what json.Marshal does, and docker's function json does not. */
  readonly escapesHtml?: boolean;
}

/** A value as Go's encoding/json writes it: the keys of Maps in order, those of objects as they are. */
export function goJson(value: GoValue | undefined, options: JsonOptions = {}): string {
  switch (value?.kind) {
    case undefined:
    case "invalid":
    case "nil":
    case "pointer":
    case "method":
      return "null";
    case "bool":
    case "int":
      return String(value.value);
    case "float":
      return JSON.stringify(value.value);
    case "string":
      return jsonString(value.value, options);
    case "list":
      return value.items === NIL_LIST
        ? "null"
        : `[${value.items.map((item) => goJson(goValue(item), options)).join(",")}]`;
    case "map":
    case "struct":
      return jsonObject(value, options);
  }
}

function jsonObject(value: GoValue & { readonly kind: "map" | "struct" }, options: JsonOptions): string {
  // docker marshals the lines of its tables by json.Marshal.
  const own = value.kind === "struct" ? { escapesHtml: true } : options;
  return `{${jsonPairsOf(value)
    .map(([key, one]) => `${jsonString(key, own)}:${goJson(one, own)}`)
    .join(",")}}`;
}

function jsonString(text: string, { escapesHtml = false }: JsonOptions): string {
  const special = escapesHtml ? /[\u2028\u2029<>&]/g : /[\u2028\u2029]/g;
  return JSON.stringify(text.toWellFormed()).replaceAll(
    special,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
