import type { Problem } from "./config-error.ts";
import { quote } from "./quote.ts";
import type { IntegerShape, ListShape, MapShape, RecordShape, Shape, TextShape } from "./shape.ts";

/**
 * A copy of a parsed JSON value with the fields that its shape knows.
 *
 * Null and an optional text that is empty say nothing, as in Go, in which the engines and the specification's types are
 * written.
 *
 * @param problems gets what is wrong; the answer means nothing then
 */
export function checkShape(json: unknown, shape: Shape, path: string, problems: Problem[]): unknown {
  switch (shape.kind) {
    case "boolean":
      if (typeof json === "boolean") return json;
      return wrongType(json, "true or false", path, problems);
    case "text":
      return checkText(json, shape, path, problems);
    case "integer":
      return checkInteger(json, shape, path, problems);
    case "list":
      return checkList(json, shape, path, problems);
    case "map":
      return checkMap(json, shape, path, problems);
    case "record":
      return checkRecord(json, shape, path, problems);
  }
}

function checkText(
  json: unknown,
  { pattern, values, expected }: TextShape,
  path: string,
  problems: Problem[],
): unknown {
  if (typeof json !== "string") return wrongType(json, expected, path, problems);
  if (json.includes("\0"))
    problems.push({ path, message: `${quote(json)} has a NUL byte: no name, path or argument can have one` });
  else if (values?.has(json) === false)
    problems.push({ path, message: `${quote(json)} is unknown: ${expected} was expected` });
  else if (pattern?.test(json) === false) problems.push({ path, message: `${quote(json)}: ${expected} was expected` });
  return json;
}

function checkInteger(json: unknown, { min, max, exact }: IntegerShape, path: string, problems: Problem[]): unknown {
  const isNumber = typeof json === "number" || typeof json === "bigint";
  const expected =
    min >= Number.MIN_SAFE_INTEGER && max <= Number.MAX_SAFE_INTEGER
      ? `an integer from ${min} to ${max}`
      : "an integer";
  if (!isNumber) return wrongType(json, expected, path, problems);
  if (typeof json === "number" && !Number.isInteger(json))
    return void problems.push({ path, message: `${quote(json)} is not whole: ${expected} was expected` });
  if (json < min || json > max) {
    const message = `${quote(json)} is too ${json < min ? "small" : "large"}: an integer from ${min} to ${max} was expected`;
    return void problems.push({ path, message });
  }
  // Also of -0.
  if (json >= Number.MIN_SAFE_INTEGER && json <= Number.MAX_SAFE_INTEGER) return Number(json) + 0;
  if (exact) return BigInt(json);
  // More bytes, microseconds or operations than there are: no limit, in any case.
  return json < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
}

function checkList(json: unknown, { of, least }: ListShape, path: string, problems: Problem[]): unknown {
  if (!Array.isArray(json)) return wrongType(json, "a list", path, problems);
  if (json.length < least) problems.push({ path, message: "[] is empty: a list with a member was expected" });
  return json.map((member, index) => checkShape(member, of, `${path}[${index}]`, problems));
}

function checkMap(json: unknown, { of }: MapShape, path: string, problems: Problem[]): unknown {
  if (!isObject(json)) return wrongType(json, "an object", path, problems);
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      const at = keyPath(path, key);
      if (key === "") problems.push({ path, message: '"" is one of the keys: a key that is not empty was expected' });
      if (key.includes("\0")) problems.push({ path: at, message: "the key has a NUL byte: no name can have one" });
      return [key, checkShape(value, of, at, problems)];
    }),
  );
}

function checkRecord(json: unknown, { fields, required }: RecordShape, path: string, problems: Problem[]): unknown {
  if (!isObject(json)) return wrongType(json, "an object", path, problems);
  const copy: [string, unknown][] = [];
  for (const [name, shape] of fields) {
    const value = Object.hasOwn(json, name) ? json[name] : undefined;
    const at = keyPath(path, name);
    if (saysNothing(value, shape)) {
      if (!required.has(name)) continue;
      const found = value === "" ? '"" is empty' : "missing";
      problems.push({ path: at, message: `${found}: ${expectedOf(shape)} was expected` });
    } else copy.push([name, checkShape(value, shape, at, problems)]);
  }
  return Object.fromEntries(copy);
}

function saysNothing(value: unknown, { kind }: Shape): boolean {
  return value === undefined || value === null || (value === "" && kind === "text");
}

function expectedOf(shape: Shape): string {
  if (shape.kind === "text") return shape.expected;
  return { boolean: "true or false", integer: "an integer", list: "a list", map: "an object", record: "an object" }[
    shape.kind
  ];
}

function wrongType(json: unknown, expected: string, path: string, problems: Problem[]): undefined {
  problems.push({ path, message: `${quote(json)} is ${typeOf(json)}: ${expected} was expected` });
}

function typeOf(json: unknown): string {
  if (json === null || json === undefined) return "nothing";
  if (Array.isArray(json)) return "a list";
  const names: Readonly<Record<string, string>> = { string: "a string", boolean: "a boolean", object: "an object" };
  return names[typeof json] ?? "a number";
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function keyPath(path: string, key: string): string {
  if (!/^[\w-]{1,40}$/.test(key)) return `${path}[${quote(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
