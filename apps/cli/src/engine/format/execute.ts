import { evaluatePipe } from "./evaluate-pipe.ts";
import { BUDGET, type Cell, cellOf, type Execution, executionError, type Missing, spend } from "./execution.ts";
import { plainText } from "./format-value.ts";
import type { GoFunction } from "./function.ts";
import { hasOnlyStrings, isTrue } from "./go-type.ts";
import { type GoValue, goInt, goValue, INVALID, pairsOf } from "./go-value.ts";
import type { Branch, Node } from "./node.ts";

/** What a template is executed with. */
export interface ExecuteOptions {
  readonly text: string;
  readonly functions: ReadonlyMap<string, GoFunction>;
  readonly missing: Missing;
  /** Gets what was written before an error, too. */
  readonly output: string[];
}

/**
 * Executes a template.
 *
 * @throws TemplateError in the words of Go's text/template
 */
export function execute(nodes: readonly Node[], data: unknown, options: ExecuteOptions): void {
  const value = goValue(data);
  const dot = cellOf(value.kind === "nil" ? INVALID : value);
  const variables = [{ name: "$", cell: dot }];
  walk({ ...options, variables, node: undefined, budget: BUDGET }, dot, nodes);
}

type Jump = "break" | "continue" | undefined;

function walk(execution: Execution, dot: Cell, nodes: readonly Node[]): Jump {
  for (const node of nodes) {
    const jump = walkNode(execution, dot, node);
    if (jump !== undefined) return jump;
  }
  return undefined;
}

function walkNode(execution: Execution, dot: Cell, node: Node): Jump {
  switch (node.type) {
    case "text":
      write(execution, node.text);
      return undefined;
    case "action": {
      const value = evaluatePipe(execution, dot, node.pipe);
      if (node.pipe.variables.length === 0)
        write(execution, value.kind === "invalid" ? "<no value>" : plainText(value));
      return undefined;
    }
    case "break":
    case "continue":
      return node.type;
    case "range":
      return inScope(execution, () => walkRange(execution, dot, node));
    case "if":
    case "with":
      return inScope(execution, () => walkCondition(execution, dot, node));
  }
}

function write(execution: Execution, text: string): void {
  spend(execution, text.length);
  execution.output.push(text);
}

/** Variables that are declared in a control structure end with it. */
function inScope(execution: Execution, walkIt: () => Jump): Jump {
  const scope = execution.variables.length;
  const jump = walkIt();
  execution.variables.length = scope;
  return jump;
}

function walkCondition(execution: Execution, dot: Cell, { type, pipe, body, otherwise }: Branch): Jump {
  const value = evaluatePipe(execution, dot, pipe);
  if (!isTrue(value)) return walk(execution, dot, otherwise);
  return walk(execution, type === "with" ? cellOf(value) : dot, body);
}

function walkRange(execution: Execution, dot: Cell, branch: Branch): Jump {
  const value = evaluatePipe(execution, dot, branch.pipe);
  let isEmpty = true;
  for (const [key, cell] of membersOf(execution, value, branch)) {
    isEmpty = false;
    const jump = inScope(execution, () => {
      setVariables(execution, branch, key, cell);
      spend(execution, 0);
      return walk(execution, cell, branch.body);
    });
    if (jump === "break") return undefined;
  }
  return isEmpty ? walk(execution, dot, branch.otherwise) : undefined;
}

function membersOf(execution: Execution, value: GoValue, { pipe }: Branch): Iterable<[GoValue, Cell]> {
  switch (value.kind) {
    case "invalid":
    case "nil":
      return [];
    case "int":
      if (pipe.variables.length > 1)
        throw executionError(execution, `can't use ${value.value} to iterate over more than one variable`);
      return countTo(value.value);
    case "list": {
      const isBoxed = !hasOnlyStrings(value.items);
      return value.items.map((item, index) => [goInt(index), { value: goValue(item), isBoxed }]);
    }
    case "map":
      return pairsOf(value).map(([key, one]) => [
        { kind: "string", value: key },
        { value: one, isBoxed: !value.hasStrings },
      ]);
    case "pointer":
    case "bool":
    case "float":
    case "string":
    case "struct":
    case "method":
      throw executionError(execution, `range can't iterate over ${plainText(value)}`);
  }
}

function* countTo(end: bigint): Generator<[GoValue, Cell]> {
  for (let value = 0n; value < end; value += 1n) yield [INVALID, cellOf({ kind: "int", value })];
}

/** With two variables the first is the index; one is the member. */
function setVariables(execution: Execution, { pipe }: Branch, key: GoValue, cell: Cell): void {
  const [first, second] = pipe.variables;
  const cells =
    second === undefined ? [[first, cell] as const] : [[first, cellOf(key)] as const, [second, cell] as const];
  for (const [name, one] of cells) {
    const variable = execution.variables.findLast((other) => other.name === name);
    if (variable !== undefined) variable.cell = one;
  }
}
