import type { GoFunction } from "./function.ts";
import type { GoValue } from "./go-value.ts";
import { type Command, nodeText, type Operand } from "./node.ts";
import { TemplateError } from "./template-error.ts";

/** A template that is being executed. */
export interface Execution {
  readonly text: string;
  readonly functions: ReadonlyMap<string, GoFunction>;
  /** What a name is that an object has not: an error, or no value. */
  readonly missing: Missing;
  /** Those in scope, the innermost last. */
  readonly variables: { readonly name: string; cell: Cell }[];
  /** What is being evaluated: messages name it. */
  node: Command | Operand | undefined;
  /** What it may still do, in characters. */
  budget: number;
  readonly output: string[];
}

export type Missing = "error" | "no value";

/** A value, and whether Go knows its type only at run time, being a member of a list or map of anything. */
export interface Cell {
  readonly value: GoValue;
  readonly isBoxed: boolean;
}

export function cellOf(value: GoValue): Cell {
  return { value, isBoxed: false };
}

export function executionError({ text, node }: Execution, message: string, hint?: string): TemplateError {
  const before = text.slice(0, node?.pos ?? 0);
  const line = before.split("\n").length;
  const column = Buffer.byteLength(before.slice(before.lastIndexOf("\n") + 1));
  const context = node === undefined ? "" : nodeText(node);
  return new TemplateError(`template: :${line}:${column}: executing "" at <${context}>: ${message}`, hint);
}

/**
 * Counts what a template does: Go would do it as long as the memory lasts, `{{range 1000000000}}` for seconds.
 *
 * @param characters that were read or written; a step counts as 64
 */
export function spend(execution: Execution, characters: number): void {
  execution.budget -= 64 + characters;
  if (execution.budget < 0) throw executionError(execution, "the template does too much");
}

/** 256 thousand steps, or 16 million characters: seconds at most. */
export const BUDGET: number = 2 ** 24;
