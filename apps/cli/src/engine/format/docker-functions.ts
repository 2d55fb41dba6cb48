import { BadValue } from "./bad-value.ts";
import { charactersOf } from "./characters.ts";
import type { GoFunction, Parameter } from "./function.ts";
import { goJson } from "./go-json.ts";
import { type GoValue, goValue } from "./go-value.ts";

/** What docker adds to Go's functions. */
export const DOCKER_FUNCTIONS: Readonly<Record<string, GoFunction>> = {
  json: { parameters: ["any"], call: (value) => text(goJson(value).trim()) },
  split: { parameters: ["string", "string"], call: (value, by) => goValue(split(stringOf(value), stringOf(by))) },
  join: {
    parameters: ["[]string", "string"],
    call: (list, by) => text(list?.kind === "list" ? list.items.join(stringOf(by)) : ""),
  },
  title: { parameters: ["string"], call: (value) => text(title(stringOf(value))) },
  lower: { parameters: ["string"], call: (value) => text(charactersOf(stringOf(value)).map(lower).join("")) },
  upper: { parameters: ["string"], call: (value) => text(charactersOf(stringOf(value)).map(upper).join("")) },
  pad: {
    parameters: ["string", "int", "int"],
    call: (value, before, after) => text(padded(stringOf(value), numberOf(before), numberOf(after))),
  },
  truncate: {
    parameters: ["string", "int"],
    call: (value, length) => text(truncated(stringOf(value), numberOf(length))),
  },
};

/** They leave the names of columns as they are. */
export const HEADER_FUNCTIONS: Readonly<Record<string, GoFunction>> = {
  json: keeps("string"),
  split: keeps("string", "string"),
  join: keeps("string", "string"),
  title: keeps("string"),
  lower: keeps("string"),
  upper: keeps("string"),
  truncate: keeps("string", "int"),
};

function keeps(...parameters: Parameter[]): GoFunction {
  return { parameters, call: (value) => text(stringOf(value)) };
}

function text(value: string): GoValue {
  return { kind: "string", value };
}

function stringOf(value: GoValue | undefined): string {
  return value?.kind === "string" ? value.value : "";
}

function numberOf(value: GoValue | undefined): number {
  return value?.kind === "int" ? Number(value.value) : 0;
}

function split(value: string, by: string): string[] {
  return by === "" ? charactersOf(value) : value.split(by);
}

/** Go's strings.Title: a word begins behind a space, or what is ASCII but no letter, digit or _. */
function title(value: string): string {
  return value.replaceAll(WORD_START, (character) => upper(character));
}

const WORD_START =
  /(?<![A-Za-z0-9_]|[^\u0000-\u007f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000])[^]/gu;

/** Character by character: Go knows no ß that becomes SS. */
function upper(character: string): string {
  const other = character.toUpperCase();
  return charactersOf(other).length === 1 ? other : character;
}

function lower(character: string): string {
  return charactersOf(character.toLowerCase())[0] ?? character;
}

const MOST_SPACES = 2 ** 20;

function padded(value: string, before: number, after: number): string {
  if (value === "") return value;
  if (before < 0 || after < 0) throw new BadValue("strings: negative Repeat count");
  if (before + after > MOST_SPACES) throw new BadValue(`${before + after} spaces are too many`);
  return " ".repeat(before) + value + " ".repeat(after);
}

/** Of bytes. */
function truncated(value: string, length: number): string {
  const bytes = Buffer.from(value);
  if (length < 0) throw new BadValue(`runtime error: slice bounds out of range [:${length}]`);
  return bytes.length < length ? value : bytes.subarray(0, length).toString();
}
