import { BadValue } from "./bad-value.ts";
import { type Cell, cellOf, type Execution, executionError, spend } from "./execution.ts";
import { findField } from "./find-field.ts";
import { plainText } from "./format-value.ts";
import type { GoFunction, Parameter } from "./function.ts";
import { isTrue } from "./go-type.ts";
import { type GoValue, goValue, INVALID, type Method } from "./go-value.ts";
import { type Command, nodeText, type Operand, type Pipe } from "./node.ts";
import { literalValue, passLiteral, passNil, passValue } from "./pass-value.ts";
import { sizeOf } from "./size-of.ts";

/** The value of a pipeline, which its variables get, too. */
export function evaluatePipe(execution: Execution, dot: Cell, pipe: Pipe): GoValue {
  let value: GoValue | undefined;
  execution.node = pipe;
  for (const command of pipe.commands) {
    value = evaluateCommand(execution, dot, command, value);
    // A pipeline looks into interfaces, and there is nothing in a nil.
    if (value.kind === "nil") value = INVALID;
  }
  const result = value ?? INVALID;
  for (const name of pipe.variables) setVariable(execution, name, cellOf(result), pipe.assigns);
  return result;
}

function setVariable(execution: Execution, name: string, cell: Cell, assigns: boolean): void {
  if (assigns) findVariable(execution, name).cell = cell;
  else execution.variables.push({ name, cell });
}

/** The parser takes `$x := $x` for a use of what it declares. */
function findVariable(execution: Execution, name: string): Execution["variables"][number] {
  const variable = execution.variables.findLast((one) => one.name === name);
  if (variable === undefined) throw executionError(execution, `undefined variable: ${name}`);
  return variable;
}

/** What follows the name of a field or function: operands, and the value of the command before, if there is one. */
interface Arguments {
  readonly operands: readonly Operand[];
  readonly final: GoValue | undefined;
}

const NONE: Arguments = { operands: [], final: undefined };

function evaluateCommand(execution: Execution, dot: Cell, command: Command, final: GoValue | undefined): GoValue {
  spend(execution, 0);
  const [first, ...operands] = command.operands;
  const given = { operands, final };
  if (first.type === "identifier") return evaluateFunction(execution, dot, first, command, given);
  const takesArguments =
    first.type === "field" || first.type === "chain" || (first.type === "variable" && first.names.length > 0);
  if (first.type !== "pipe") execution.node = first;
  if (first.type === "variable") findVariable(execution, first.name);
  if (!takesArguments && countOf(given) > 0)
    throw executionError(execution, `can't give argument to non-function ${nodeText(first)}`);
  if (first.type === "nil") throw executionError(execution, "nil is not a command");
  return evaluateOperand(execution, dot, first, given);
}

function countOf({ operands, final }: Arguments): number {
  return operands.length + (final === undefined ? 0 : 1);
}

function evaluateOperand(execution: Execution, dot: Cell, operand: Operand, given: Arguments): GoValue {
  execution.node = operand;
  switch (operand.type) {
    case "dot":
      return dot.value;
    case "field":
      return evaluateFields(execution, dot, dot, operand.names, given);
    case "variable": {
      const { cell } = findVariable(execution, operand.name);
      return evaluateFields(execution, dot, cell, operand.names, given);
    }
    case "chain": {
      const value = evaluateOperand(execution, dot, operand.operand, NONE);
      return evaluateFields(execution, dot, cellOf(value), operand.names, given);
    }
    case "pipe":
      return evaluatePipe(execution, dot, operand);
    case "identifier":
      return evaluateFunction(execution, dot, operand, operand, given);
    case "nil":
      return INVALID;
    case "bool":
    case "number":
    case "string":
      return orError(execution, () => literalValue(operand));
  }
}

/** The last one gets the arguments. */
function evaluateFields(
  execution: Execution,
  dot: Cell,
  start: Cell,
  names: readonly string[],
  given: Arguments,
): GoValue {
  const { node } = execution;
  let cell = start;
  for (const [index, name] of names.entries()) {
    const these = index === names.length - 1 ? given : NONE;
    const receiver = cell;
    const found = orError(execution, () =>
      findField(receiver, name, {
        before: names[index - 1],
        missing: execution.missing,
        count: countOf(these),
      }),
    );
    const { value } = found;
    cell =
      value.kind === "method" ? cellOf(evaluateCall(execution, dot, name, functionOf(value.call), node, these)) : found;
  }
  return cell.value;
}

/** The arguments of a method are strings. */
function functionOf(method: Method): GoFunction {
  return {
    parameters: Array.from({ length: method.length }, () => "string"),
    call: (...values) => goValue(method(...values.map(plainText))),
  };
}

function evaluateFunction(
  execution: Execution,
  dot: Cell,
  identifier: Operand & { readonly type: "identifier" },
  node: Command | Operand,
  given: Arguments,
): GoValue {
  execution.node = identifier;
  const found = execution.functions.get(identifier.name);
  if (found === undefined) throw executionError(execution, `"${identifier.name}" is not a defined function`);
  return evaluateCall(execution, dot, identifier.name, found, node, given);
}

function evaluateCall(
  execution: Execution,
  dot: Cell,
  name: string,
  callee: GoFunction,
  node: Execution["node"],
  given: Arguments,
): GoValue {
  const { operands, final } = given;
  const { parameters, rest } = callee;
  const count = countOf(given);
  if (rest !== undefined && count < parameters.length)
    throw executionError(
      execution,
      `wrong number of args for ${name}: want at least ${parameters.length} got ${operands.length}`,
    );
  if (rest === undefined && count !== parameters.length)
    throw executionError(execution, `wrong number of args for ${name}: want ${parameters.length} got ${count}`);
  const values: GoValue[] = [];
  for (const [index, operand] of operands.entries()) {
    const value = evaluateArgument(execution, dot, parameters[index] ?? rest ?? "any", operand);
    if (callee.decides !== undefined && isTrue(value) === callee.decides) return value;
    values.push(value);
  }
  if (final !== undefined)
    values.push(orError(execution, () => passValue(final, parameters[values.length] ?? rest ?? "any")));
  spend(
    execution,
    values.reduce((sum, value) => sum + sizeOf(value), 0),
  );
  const result = called(execution, name, callee, node, values);
  spend(execution, sizeOf(result));
  return result;
}

function called(
  execution: Execution,
  name: string,
  { call }: GoFunction,
  node: Execution["node"],
  values: readonly GoValue[],
): GoValue {
  try {
    return call(...values);
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    execution.node = node;
    throw executionError(execution, `error calling ${name}: ${error.message}`);
  }
}

function evaluateArgument(execution: Execution, dot: Cell, parameter: Parameter, operand: Operand): GoValue {
  execution.node = operand;
  if (operand.type === "nil") return orError(execution, () => passNil(parameter));
  if (operand.type === "bool" || operand.type === "number" || operand.type === "string")
    return orError(execution, () => passLiteral(operand, parameter));
  const value = evaluateOperand(execution, dot, operand, NONE);
  return orError(execution, () => passValue(value, parameter));
}

/** What is wrong, and where. */
function orError<T>(execution: Execution, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    throw error instanceof BadValue ? executionError(execution, error.message, error.hint) : error;
  }
}
