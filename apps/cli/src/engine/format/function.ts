import type { GoValue } from "./go-value.ts";

/** The types of parameters: `value` takes anything as it is, `any` makes nil of what is not there. */
export type Parameter = "value" | "any" | "string" | "int" | "[]string";

/** A function that a template may call. */
export interface GoFunction {
  readonly parameters: readonly Parameter[];
  /** The type of any number of arguments more. */
  readonly rest?: Parameter;
  /** The first argument of this truth is the result, and those behind it are not evaluated: `or`, `and`. */
  readonly decides?: boolean;
  /** @throws BadValue whose message says what is wrong with the arguments */
  readonly call: (...values: GoValue[]) => GoValue;
}
