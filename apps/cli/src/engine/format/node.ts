import type { NumberLiteral } from "./number-literal.ts";

/** A part of a template that makes output. */
export type Node =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "action"; readonly pipe: Pipe }
  | { readonly type: "break" | "continue" }
  | Branch;

export interface Branch {
  readonly type: "if" | "range" | "with";
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** `$x := command | command`. */
export interface Pipe {
  readonly type: "pipe";
  readonly pos: number;
  /** Variables that get its value, with their dollar signs. */
  readonly variables: readonly string[];
  /** They exist already: `=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

/** A function, field or value, and its arguments. */
export interface Command {
  readonly type: "command";
  readonly pos: number;
  readonly operands: readonly [Operand, ...Operand[]];
}

export type Operand =
  | Pipe
  | { readonly type: "bool"; readonly pos: number; readonly value: boolean }
  | { readonly type: "chain"; readonly pos: number; readonly operand: Operand; readonly names: readonly string[] }
  | { readonly type: "dot" | "nil"; readonly pos: number }
  | { readonly type: "field"; readonly pos: number; readonly names: readonly string[] }
  | { readonly type: "identifier"; readonly pos: number; readonly name: string }
  | { readonly type: "number"; readonly pos: number; readonly text: string; readonly number: NumberLiteral }
  | { readonly type: "string"; readonly pos: number; readonly quoted: string; readonly text: string }
  | Variable;

export interface Variable {
  readonly type: "variable";
  readonly pos: number;
  /** With its dollar sign. */
  readonly name: string;
  /** Of the fields behind it. */
  readonly names: readonly string[];
}

/** A part of a template as messages show it. */
export function nodeText(node: Command | Operand): string {
  switch (node.type) {
    case "pipe":
      return pipeText(node);
    case "command":
      return node.operands.map((operand) => inParentheses(operand)).join(" ");
    case "bool":
      return String(node.value);
    case "chain":
      return inParentheses(node.operand) + fieldsText(node.names);
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "field":
      return fieldsText(node.names);
    case "identifier":
      return node.name;
    case "number":
      return node.text;
    case "string":
      return node.quoted;
    case "variable":
      return node.name + fieldsText(node.names);
  }
}

function pipeText({ variables, assigns, commands }: Pipe): string {
  const start = variables.length === 0 ? "" : `${variables.join(", ")} ${assigns ? "=" : ":="} `;
  return start + commands.map((command) => nodeText(command)).join(" | ");
}

function inParentheses(operand: Operand): string {
  return operand.type === "pipe" ? `(${nodeText(operand)})` : nodeText(operand);
}

function fieldsText(names: readonly string[]): string {
  return names.map((name) => `.${name}`).join("");
}
