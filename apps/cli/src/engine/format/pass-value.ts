import { BadValue } from "./bad-value.ts";
import type { Parameter } from "./function.ts";
import { typeName } from "./go-type.ts";
import { type GoValue, goValue, INVALID, NIL_LIST } from "./go-value.ts";
import { nodeText, type Operand } from "./node.ts";

export type Literal = Operand & { readonly type: "bool" | "number" | "string" };

/** A value as an argument: there are no conversions. */
export function passValue(value: GoValue, parameter: Parameter): GoValue {
  if (parameter === "value") return value;
  if (value.kind === "invalid") return zeroOf(parameter, () => `invalid value; expected ${parameter}`);
  if (parameter === "any" || parameter === typeName(value)) return value;
  throw new BadValue(`wrong type for value; expected ${parameter}; got ${typeName(value)}`);
}

/** The word nil as an argument. */
export function passNil(parameter: Parameter): GoValue {
  return parameter === "value" ? INVALID : zeroOf(parameter, () => `cannot assign nil to ${parameter}`);
}

/** A literal as an argument: a whole number that looks like a float is an int where one is wanted. */
export function passLiteral(operand: Literal, parameter: Parameter): GoValue {
  switch (parameter) {
    case "value":
    case "any":
      return literalValue(operand);
    case "string":
      if (operand.type === "string") return literalValue(operand);
      throw new BadValue(`expected string; found ${nodeText(operand)}`);
    case "int":
      if (operand.type === "number" && operand.number.int !== undefined)
        return { kind: "int", value: operand.number.int };
      throw new BadValue(`expected integer; found ${nodeText(operand)}`);
    case "[]string":
      throw new BadValue(`can't handle ${nodeText(operand)} for arg of type []string`);
  }
}

/** What a literal is where any type will do. */
export function literalValue(operand: Literal): GoValue {
  if (operand.type === "bool") return { kind: "bool", value: operand.value };
  if (operand.type === "string") return { kind: "string", value: operand.text };
  const { int, float, isFloat } = operand.number;
  if (isFloat) return { kind: "float", value: float };
  if (int === undefined) throw new BadValue(`${operand.text} overflows int`);
  return { kind: "int", value: int };
}

/** What nothing is as an argument. */
function zeroOf(parameter: Parameter, message: () => string): GoValue {
  if (parameter === "any") return goValue(null);
  if (parameter === "[]string") return goValue(NIL_LIST);
  throw new BadValue(message());
}
