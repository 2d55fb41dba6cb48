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

/** The whole of a cell's word, which an indirect argument reads; a part of it takes an ADD. */
export function isWord(argument: Argument): argument is Value {
  return isValue(argument) && argument.mask === undefined;
}

/** How many ADDs come before a call to complete an argument: one for a part of a word, and one for each value in a struct. */
export function countAdds(argument: Argument): number {
  if (isValue(argument)) return isWord(argument) ? 0 : 1;
  if (!isStruct(argument)) return 0;
  let count = 0;
  for (const field of Object.values(argument.fields)) count += isValue(field) ? 1 : countAdds(field);
  return count;
}
