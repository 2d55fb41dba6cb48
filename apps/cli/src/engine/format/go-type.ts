import type { GoValue } from "./go-value.ts";

/** The name of a value's type in Go. */
export function typeName(value: GoValue): string {
  switch (value.kind) {
    case "list":
      return hasOnlyStrings(value.items) ? "[]string" : "[]interface {}";
    case "map":
      return value.hasStrings ? "map[string]string" : "map[string]interface {}";
    case "struct":
      return value.type;
    case "float":
      return "float64";
    case "method":
      return "func(...string) interface {}";
    case "pointer":
      return "*interface {}";
    case "invalid":
    case "nil":
      return "interface {}";
    case "int":
      return value.isByte === true ? "uint8" : "int";
    case "bool":
    case "string":
      return value.kind;
  }
}

export function hasOnlyStrings(items: readonly unknown[]): boolean {
  return items.every((item) => typeof item === "string");
}

/** Whether `if` and `with` take a value for true: what is not the zero of its type. */
export function isTrue(value: GoValue): boolean {
  switch (value.kind) {
    case "invalid":
    case "nil":
    case "pointer":
      return false;
    case "bool":
      return value.value;
    case "int":
      return value.value !== 0n;
    case "float":
      return value.value !== 0;
    case "string":
      return value.value !== "";
    case "list":
      return value.items.length > 0;
    case "map":
      return value.keys().length > 0;
    case "struct":
    case "method":
      return true;
  }
}
