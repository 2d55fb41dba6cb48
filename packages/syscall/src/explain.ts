import { escapeControls, formatArguments, formatCall, formatInteger } from "./format.ts";
import type { Assign, Call, Instruction, Integer, Jump, Program, Value } from "./program.ts";

/**
 * Prints a Program as strace(1) would print its making: each Step's label, the shell command that does the same, and its
 * calls. Needs no privileges and changes nothing.
 *
 * @example
 * explain([step("set the host name", [call("sethostname", "box", 3)], "hostname box")]);
 * // # set the host name
 * // # $ hostname box
 * // sethostname("box", 3)
 */
export function explain(program: Program): string {
  return program
    .map(({ label, shell, body }) =>
      [`# ${escapeControls(label)}`, ...shellLines(shell), ...body.flatMap(explainInstruction), ""].join("\n"),
    )
    .join("\n");
}

/** The same as data, for JSON: each call with its arguments by the names of the man page. */
export interface ExplainedStep {
  readonly step: string;
  readonly shell?: string;
  readonly calls: readonly ExplainedCall[];
}

export interface ExplainedCall {
  readonly syscall: string;
  readonly args: Readonly<Record<string, string>>;
  readonly ignore?: readonly string[] | "any";
  readonly result?: string;
}

/** Jumps, labels and assignments are left out: they are no system calls. */
export function explainData(program: Program): ExplainedStep[] {
  return program.map(({ label, shell, body }) => ({
    step: label,
    ...(shell === undefined ? {} : { shell }),
    calls: body.filter((instruction) => "call" in instruction).map(explainedCall),
  }));
}

function explainedCall(made: Call): ExplainedCall {
  return {
    syscall: made.call,
    args: Object.fromEntries(formatArguments(made)),
    ...(made.ignore === undefined ? {} : { ignore: made.ignore }),
    ...(made.result === undefined ? {} : { result: made.result }),
  };
}

function shellLines(shell: string | undefined): string[] {
  return shell === undefined ? [] : shell.split("\n").map((line) => `# $ ${escapeControls(line)}`);
}

function explainInstruction(instruction: Instruction): string[] {
  if ("call" in instruction) return [`${formatCall(instruction)}${resultText(instruction)}${ignoreText(instruction)}`];
  if ("label" in instruction) return [`${instruction.label}:`];
  if ("jump" in instruction) return [jumpText(instruction)];
  if ("assign" in instruction) return [assignText(instruction)];
  return [];
}

function resultText({ result }: Call): string {
  return result === undefined ? "" : ` = ${result}`;
}

function ignoreText({ ignore }: Call): string {
  if (ignore === undefined) return "";
  return ignore === "any" ? "  # or any error" : `  # or ${ignore.join(", ")}`;
}

function jumpText({ jump, when }: Jump): string {
  if (when === undefined) return `goto ${jump}`;
  const [sign, limit] = "lessThan" in when ? ["<", when.lessThan] : ["==", when.equals];
  return `if (${operandText(when)} ${sign} ${operandText(limit)}) goto ${jump}`;
}

function assignText({ assign, to, plus }: Assign): string {
  const sum = plus === undefined ? "" : ` + ${operandText(plus)}`;
  return `${operandText({ value: assign.address, offset: assign.offset ?? 0 })} = ${operandText(to)}${sum}`;
}

function operandText(operand: Integer | Value): string {
  if (typeof operand !== "object") return `${operand}`;
  const { value, offset = 0, mask } = operand;
  const place = offset === 0 ? value : `${value}+${offset}`;
  return mask === undefined ? place : `(${place} & ${formatInteger(BigInt.asUintN(64, mask), "hex")})`;
}
