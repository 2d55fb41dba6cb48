/** What a value of a JSON document has to be. Tables of these mirror the schema of the OCI runtime-spec. */
export type Shape = BooleanShape | TextShape | IntegerShape | ListShape | MapShape | RecordShape;

export interface BooleanShape {
  readonly kind: "boolean";
}

export interface TextShape {
  readonly kind: "text";
  readonly pattern?: RegExp;
  readonly values?: ReadonlySet<string>;
  /** What was expected, for errors. */
  readonly expected: string;
}

export interface IntegerShape {
  readonly kind: "integer";
  readonly min: number | bigint;
  readonly max: number | bigint;
  /** Give what a number cannot hold as a bigint; else it becomes the number nearest to it that counts exactly. */
  readonly exact: boolean;
}

export interface ListShape {
  readonly kind: "list";
  readonly of: Shape;
  readonly least: number;
}

export interface MapShape {
  readonly kind: "map";
  readonly of: Shape;
}

export interface RecordShape {
  readonly kind: "record";
  readonly fields: ReadonlyMap<string, Shape>;
  readonly required: ReadonlySet<string>;
}

export const yesNo: Shape = { kind: "boolean" };
export const text: Shape = { kind: "text", expected: "a string" };

export function matching(pattern: RegExp, expected: string): Shape {
  return { kind: "text", pattern, expected };
}

/** @param values all of them: the keys of a table that the compiler compares with the type */
export function oneOf<Name extends string>(values: Readonly<Record<Name, true>>): Shape {
  const names = Object.keys(values);
  return { kind: "text", values: new Set(names), expected: `one of ${names.join(", ")}` };
}

/** An integer of Go's and C's sizes, or of a range. */
export function integer(range: IntegerSize | readonly [min: number, max: number]): Shape {
  const [min, max] = typeof range === "string" ? RANGES[range] : range;
  return { kind: "integer", min, max, exact: false };
}

/** uint64, as a bigint where a number would round it. */
export const exactUint64: Shape = { kind: "integer", min: 0, max: 2n ** 64n - 1n, exact: true };

type IntegerSize = "uint16" | "int32" | "uint32" | "int64" | "uint64";

const RANGES: Readonly<Record<IntegerSize, readonly [number | bigint, number | bigint]>> = {
  uint16: [0, 0xffff],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0, 2n ** 64n - 1n],
};

export function list(of: Shape, { least = 0 }: { readonly least?: number } = {}): Shape {
  return { kind: "list", of, least };
}

export function map(of: Shape): Shape {
  return { kind: "map", of };
}

/** An object whose fields are those of a type, all of them; others are ignored, as the specification wants it. */
export function record<T extends object>(
  fields: { readonly [Name in keyof Required<T>]: Shape },
  required: readonly RequiredKeys<T>[],
): RecordShape {
  return { kind: "record", fields: new Map(Object.entries<Shape>(fields)), required: new Set<string>(required) };
}

type RequiredKeys<T> = Extract<{ [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T], string>;
