import { BadValue } from "./bad-value.ts";
import { formatValue, plainText } from "./format-value.ts";
import type { GoFunction } from "./function.ts";
import { typeName } from "./go-type.ts";
import { compareText, type GoValue } from "./go-value.ts";
import { PLAIN } from "./verb.ts";

/** eq, ne, lt, le, gt and ge of Go's text/template. */
export const COMPARISONS: Readonly<Record<string, GoFunction>> = {
  eq: { parameters: ["value"], rest: "value", call: (one, ...others) => bool(isEqual(one, others)) },
  ne: compares((one, other) => !isEqual(one, [other])),
  lt: compares(isLess),
  le: compares(isLessOrEqual),
  gt: compares((one, other) => !isLessOrEqual(one, other)),
  ge: compares((one, other) => !isLess(one, other)),
};

function compares(compare: (one: GoValue, other: GoValue) => boolean): GoFunction {
  return { parameters: ["value", "value"], call: (one, other) => bool(compare(orNil(one), orNil(other))) };
}

function bool(value: boolean): GoValue {
  return { kind: "bool", value };
}

function orNil(value: GoValue | undefined): GoValue {
  return value ?? { kind: "nil" };
}

/** Whether the first is one of the others. */
function isEqual(one: GoValue | undefined, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new BadValue("missing argument for comparison");
  return others.some((other) => areEqual(orNil(one), other));
}

function areEqual(one: GoValue, other: GoValue): boolean {
  if (isNothing(one) || isNothing(other)) return isNil(one) && isNil(other);
  if (isBasic(one) && isBasic(other) && one.kind === other.kind) return one.value === other.value;
  if (isBasic(one) || isBasic(other))
    throw new BadValue(`incompatible types for comparison: ${typeName(one)} and ${typeName(other)}`);
  if (isNil(one) || isNil(other)) return isNil(one) && isNil(other);
  if (one.kind !== other.kind)
    throw new BadValue(
      `non-comparable types ${asString(one)}: ${typeName(one)}, ${typeName(other)}: ${plainText(other)}`,
    );
  throw new BadValue(`non-comparable type ${asString(other)}: ${typeName(other)}`);
}

/** `%s` in Go's message, whatever the value is. */
function asString(value: GoValue): string {
  return formatValue(value, { ...PLAIN, letter: "s" });
}

function isLess(one: GoValue, other: GoValue): boolean {
  if (!isBasic(one) || !isBasic(other)) throw new BadValue(BAD_TYPE);
  if (one.kind === "int" && other.kind === "int") return one.value < other.value;
  if (one.kind === "float" && other.kind === "float") return one.value < other.value;
  if (one.kind === "string" && other.kind === "string") return compareText(one.value, other.value) < 0;
  if (one.kind === other.kind) throw new BadValue(BAD_TYPE);
  throw new BadValue(`incompatible types for comparison: ${typeName(one)} and ${typeName(other)}`);
}

const BAD_TYPE = "invalid type for comparison";

function isLessOrEqual(one: GoValue, other: GoValue): boolean {
  return isLess(one, other) || areEqual(one, other);
}

type Basic = GoValue & { readonly kind: "bool" | "int" | "float" | "string" };

function isBasic(value: GoValue): value is Basic {
  const { kind } = value;
  return kind === "bool" || kind === "int" || kind === "float" || kind === "string";
}

function isNothing({ kind }: GoValue): boolean {
  return kind === "invalid" || kind === "nil";
}

function isNil(value: GoValue): boolean {
  return isNothing(value) || value.kind === "pointer";
}
