import { DockerfileError } from "./dockerfile-error.ts";
import type { Heredoc, Instruction } from "./instruction.ts";
import { parseInstruction } from "./parse-instruction.ts";
import { type ParserDirectives, parserDirectives } from "./parser-directives.ts";

export interface Dockerfile {
  readonly directives: ParserDirectives;
  readonly instructions: readonly Instruction[];
}

/**
 * What a Dockerfile says, with nothing expanded and nothing looked up.
 *
 * The rules are those of BuildKit's parser, its errors too; they are {@link DockerfileError}s with the line.
 * https://docs.docker.com/reference/dockerfile/
 */
export function parseDockerfile(text: string): Dockerfile {
  const lines = linesOf(text.replace(/^\uFEFF/u, ""));
  const directives = parserDirectives(lines);
  const cursor = { lines, next: 0 };
  const instructions: Instruction[] = [];
  for (;;) {
    const logical = logicalLine(cursor, directives.escape);
    if (logical === undefined) break;
    instructions.push(withHeredocs(parseInstruction(logical.text, logical.line, directives.escape), cursor));
  }
  if (instructions.length === 0) throw new DockerfileError("file with no instructions");
  return { directives, instructions };
}

interface Cursor {
  readonly lines: readonly string[];
  next: number;
}

/** Lines with their ends, which belong to heredocs. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

/** Lines up to one that does not end in the escape character; comments and empty lines between them are not part of it. */
function logicalLine(cursor: Cursor, escape: string): { readonly text: string; readonly line: number } | undefined {
  while (cursor.next < cursor.lines.length) {
    const line = cursor.next + 1;
    const first = withoutEnd(cursor.lines[cursor.next++] ?? "").trimStart();
    if (first === "" || first.startsWith("#")) continue;
    let { rest: text, continues } = continuation(first, escape);
    const parts = [text];
    while (continues && cursor.next < cursor.lines.length) {
      const more = withoutEnd(cursor.lines[cursor.next++] ?? "");
      if (/^\s*(?:#|$)/u.test(more)) continue;
      ({ rest: text, continues } = continuation(more, escape));
      parts.push(text);
    }
    const joined = parts.join("");
    if (joined.trim() !== "") return { text: joined.trim(), line };
  }
  return undefined;
}

/** An escape character at the end, blanks after it allowed, continues the line; two of them do not. */
function continuation(line: string, escape: string): { rest: string; continues: boolean } {
  const trimmed = line.trimEnd();
  const continues = trimmed.endsWith(escape) && !trimmed.endsWith(escape + escape);
  return { rest: continues ? trimmed.slice(0, -1) : line, continues };
}

function withHeredocs(instruction: Instruction, cursor: Cursor): Instruction {
  if (instruction.heredocs.length === 0) return { ...instruction, endLine: Math.max(instruction.line, cursor.next) };
  const heredocs = instruction.heredocs.map((heredoc) => ({
    ...heredoc,
    content: heredocContent(heredoc, cursor, instruction.line),
  }));
  const inner = instruction.inner && { inner: { ...instruction.inner, heredocs } };
  return { ...instruction, ...inner, heredocs, endLine: cursor.next };
}

function heredocContent({ name, chomp }: Heredoc, cursor: Cursor, line: number): string {
  const content: string[] = [];
  while (cursor.next < cursor.lines.length) {
    const raw = cursor.lines[cursor.next++] ?? "";
    const text = chomp ? raw.replace(/^\t+/u, "") : raw;
    if (withoutEnd(text) === name) return content.join("");
    content.push(raw);
  }
  throw new DockerfileError("unterminated heredoc", line);
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n?$/u, "");
}
