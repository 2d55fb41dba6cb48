import { writeSync } from "node:fs";
import { CommandError } from "@wb/ns";
import { isSyscallError } from "@wb/syscall";
import { coloured } from "./colour.ts";
import { EXIT, UserError } from "./user-error.ts";

export interface ReportOptions {
  /** Print where it comes from, too. */
  readonly debug: boolean;
  /** The exit status where the error has no other. */
  readonly failure: number;
  /** The exit status for a command line that is not understood. Default: docker's, 125. */
  readonly misuse?: number;
}

/** Prints an error for a person: one line that says what, a second with the remedy if one is known. Returns the exit status. */
export function reportError(error: unknown, { debug, failure, misuse = EXIT.failure }: ReportOptions): number {
  const hint = hintOf(error);
  const lines = [
    `${coloured("wb:", "error")} ${oneLine(messageOf(error))}`,
    ...(hint === undefined ? [] : [`${coloured("hint:", "hint")} ${oneLine(hint)}`]),
    ...(error instanceof UserError && error.usage !== undefined ? ["", error.usage] : []),
    // Loaded by who asks for it.
    ...(debug ? [process.getBuiltinModule("node:util").inspect(error)] : []),
  ];
  writeSync(2, `${lines.join("\n")}\n`);
  if (error instanceof UserError && error.misuse) return misuse;
  const status = exitStatusOf(error);
  return status === EXIT.failure ? failure : status;
}

/** What an error says, in one line. */
export function messageOf(error: unknown): string {
  if (isSyscallError(error)) return `${error.step}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** Paths and names come from anyone: no control or direction character of theirs reaches the terminal. */
export function oneLine(text: string): string {
  return escaped(shortened(text));
}

/** As escapes of JSON. */
export function escaped(text: string): string {
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Of words that are longer than any path (PATH_MAX, limits.h) only the beginning. */
export function shortened(text: string): string {
  return text.replaceAll(/\S{4096,}/g, (word) => `${word.slice(0, 128)}...`);
}

/** The error's own, or that of what caused it. */
export function hintOf(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ("hint" in one && typeof one.hint === "string") return one.hint;
  }
  return undefined;
}

function exitStatusOf(error: unknown): number {
  if (error instanceof UserError) return error.exitStatus;
  if (error instanceof CommandError)
    return error.code === "ENOENT" || error.code === "ENOTDIR" ? EXIT.notFound : EXIT.notExecutable;
  return EXIT.failure;
}
