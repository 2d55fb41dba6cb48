import type { GoValue } from "./go-value.ts";

/** About how many characters are read or written with a value. */
export function sizeOf(value: GoValue): number {
  if (value.kind === "string") return value.value.length;
  return value.kind === "list" ? value.items.length * 16 : 0;
}
