import { BadValue } from "./bad-value.ts";
import type { Cell, Missing } from "./execution.ts";
import { typeName } from "./go-type.ts";
import { fieldOf, type GoMap, type GoValue, INVALID } from "./go-value.ts";
import { quote } from "./quote.ts";

export interface FindOptions {
  /** The name that led here. */
  readonly before: string | undefined;
  readonly missing: Missing;
  /** How many arguments the name was given. */
  readonly count: number;
}

/** The field of a value, or a method that has this name. */
export function findField({ value, isBoxed }: Cell, name: string, options: FindOptions): Cell {
  switch (value.kind) {
    case "invalid":
      return { value, isBoxed: false };
    case "nil":
      throw new BadValue(`nil pointer evaluating interface {}.${name}`);
    case "pointer":
      throw new BadValue(
        options.missing === "error" && options.before !== undefined
          ? noEntry(options.before)
          : `nil pointer evaluating ${typeName(value)}.${name}`,
      );
    case "map":
      return { value: entryOf(value, name, options), isBoxed: !value.hasStrings };
    case "struct": {
      const field = fieldOf(value.fields, name);
      if (field.kind === "invalid")
        throw new BadValue(noField(name, value.type), namesHint(name, Object.keys(value.fields)));
      // docker's are methods without parameters.
      if (field.kind !== "method" && options.count > 0)
        throw new BadValue(`wrong number of args for ${name}: want 0 got ${options.count}`);
      return { value: field, isBoxed: false };
    }
    case "bool":
    case "int":
    case "float":
    case "string":
    case "list":
    case "method":
      break;
  }
  throw new BadValue(noField(name, isBoxed ? "interface {}" : typeName(value)));
}

function entryOf(map: GoMap, name: string, { missing, count }: FindOptions): GoValue {
  const value = map.get(name);
  if (value.kind === "method") return value;
  if (count > 0) throw new BadValue(`${name} is not a method but has arguments`);
  if (value.kind !== "invalid") return value;
  if (map.isObject && missing === "error") throw new BadValue(noEntry(name), namesHint(name, map.keys()));
  return INVALID;
}

function noEntry(name: string): string {
  return `map has no entry for key ${quote(name)}`;
}

function noField(name: string, type: string): string {
  return `can't evaluate field ${name} in type ${type}`;
}

/** The name that differs in its letters' case alone, or all there are. */
function namesHint(name: string, names: readonly string[]): string | undefined {
  const similar = names.find((one) => one.toLowerCase() === name.toLowerCase());
  if (similar !== undefined) return `there is .${similar}`;
  return names.length === 0 ? undefined : `there are ${names.map((one) => `.${one}`).join(", ")}`;
}
