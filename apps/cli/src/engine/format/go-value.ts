/** What a template sees of a value: the types that Go's text/template tells apart, as far as docker's data has them. */
export type GoValue =
  /** Nothing at all: the key was not there. */
  | { readonly kind: "invalid" }
  /** A nil in an interface: null of JSON. */
  | { readonly kind: "nil" }
  /** A nil pointer: a field that is known, and left out of JSON when it is empty. */
  | { readonly kind: "pointer" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint; readonly isByte?: boolean }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "list"; readonly items: readonly unknown[] }
  | GoMap
  | { readonly kind: "struct"; readonly type: string; readonly fields: object }
  | { readonly kind: "method"; readonly call: Method };

export interface GoMap {
  readonly kind: "map";
  readonly get: (key: string) => GoValue;
  /** As Go orders them: by their bytes. */
  readonly keys: () => readonly string[];
  /** As they are written in JSON. */
  readonly jsonKeys: () => readonly string[];
  readonly hasStrings: boolean;
  /** An object of JavaScript, which knows its fields better than a map does. */
  readonly isObject: boolean;
}

/** A field that takes arguments: `.Label "name"` of docker-ps(1). */
export type Method = (...words: string[]) => unknown;

export const INVALID: GoValue = { kind: "invalid" };
const NIL: GoValue = { kind: "nil" };
const POINTER: GoValue = { kind: "pointer" };

/** The name of the Go type of an object whose fields are all known. */
const GO_TYPE = Symbol("Go type");

/** A list that Go would hold as nil: null in JSON, and otherwise an empty list. */
export const NIL_LIST: readonly string[] = Object.freeze([]);

/**
 * An object of which a template may name only the fields that it has, as a line of docker-ps(1).
 *
 * @param type what messages call it: `*formatter.ContainerContext`
 * @param fields in JSON without those that are functions, which are called with the arguments that the template gives
 */
export function knownFields(type: string, fields: object): object {
  return { ...fields, [GO_TYPE]: type };
}

/**
 * Lists whose members are all strings are `[]string`, and Maps whose values are all strings `map[string]string`.
 * Whole numbers are ints. A field of an object that is there but undefined is a nil pointer.
 */
export function goValue(value: unknown): GoValue {
  switch (typeof value) {
    case "undefined":
      return INVALID;
    case "boolean":
      return { kind: "bool", value };
    case "bigint":
      return { kind: "int", value };
    case "number":
      return Number.isInteger(value) && Math.abs(value) <= 2 ** 63
        ? { kind: "int", value: BigInt(value) }
        : { kind: "float", value };
    case "string":
      return { kind: "string", value };
    case "symbol":
      return INVALID;
    case "function":
      return { kind: "method", call: value as Method };
    case "object":
      return value === null ? NIL : fromObject(value);
  }
}

export function goInt(value: number): GoValue {
  return { kind: "int", value: BigInt(value) };
}

/** Strings as Go compares them: by their bytes. */
export function compareText(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** The pairs of a map or the fields of a struct that have a value, in Go's order. */
export function pairsOf(value: GoValue & { readonly kind: "map" | "struct" }): [string, GoValue][] {
  return value.kind === "map" ? pairsAt(value.keys(), value.get) : fieldsIn(value.fields, Object.keys(value.fields));
}

/** The same, in the order in which they are written in JSON: docker marshals the lines of its tables as maps. */
export function jsonPairsOf(value: GoValue & { readonly kind: "map" | "struct" }): [string, GoValue][] {
  return value.kind === "map"
    ? pairsAt(value.jsonKeys(), value.get)
    : fieldsIn(value.fields, Object.keys(value.fields).toSorted(compareText));
}

function fieldsIn(fields: object, names: readonly string[]): [string, GoValue][] {
  return pairsAt(names, (name) => fieldOf(fields, name));
}

function pairsAt(keys: readonly string[], get: (key: string) => GoValue): [string, GoValue][] {
  return keys
    .map((key): [string, GoValue] => [key, get(key)])
    .filter(([, { kind }]) => kind !== "method" && kind !== "pointer" && kind !== "invalid");
}

function fromObject(object: object): GoValue {
  if (Array.isArray(object)) return { kind: "list", items: object };
  if (object instanceof Map) return fromMap(object);
  if (GO_TYPE in object) return { kind: "struct", type: String(object[GO_TYPE]), fields: object };
  return {
    kind: "map",
    get: (key) => fieldOf(object, key),
    keys: () => Object.keys(object).toSorted(compareText),
    jsonKeys: () => Object.keys(object),
    hasStrings: false,
    isObject: true,
  };
}

/** What a field of an object is; nothing that all objects have. */
export function fieldOf(object: object, name: string): GoValue {
  if (!Object.hasOwn(object, name)) return INVALID;
  const value: unknown = Reflect.get(object, name);
  return value === undefined ? POINTER : goValue(value);
}

function fromMap(map: ReadonlyMap<unknown, unknown>): GoValue {
  const keys = (): string[] => [...map.keys()].map(String).toSorted(compareText);
  return {
    kind: "map",
    get: (key) => goValue(map.get(key)),
    keys,
    jsonKeys: keys,
    hasStrings: [...map.values()].every((value) => typeof value === "string" || typeof value === "function"),
    isObject: false,
  };
}
