/** What kind of {@link Argument} one is. */
import type { Argument, StructArgument, Value } from "./program.ts";

export function isValue(argument: Argument): argument is Value {
  return typeof argument === "object" && argument !== null && "value" in argument;
}

export function isStruct(argument: Argument): argument is StructArgument {
  return typeof argument === "object" && argument !== null && "struct" in argument;
}

export function isStrings(argument: Argument): argument is readonly string[] {
  return Array.isArray(argument);
}

/** How many values of cells an argument has, those in a struct's fields included. */
export function countValues(argument: Argument): number {
  if (isValue(argument)) return 1;
  if (!isStruct(argument)) return 0;
  return Object.values(argument.fields).reduce<number>((sum, field) => sum + countValues(field), 0);
}
