/**
 * The three words of Whalebox: a {@link Call} is one system call, a {@link Step} a labelled group of them with one
 * purpose, a {@link Program} an ordered list of Steps. All of it is plain data: it can be made without privileges,
 * compared in a test, printed by {@link explain}, made at once by {@link run}, or made in a new process by {@link spawn}.
 */
import type { Format } from "./signature.ts";
import type { Field, Struct } from "./struct.ts";
import type { ErrnoName } from "./uapi/errno.generated.ts";
import type { SyscallName } from "./uapi/syscalls.generated.ts";

/** A value that a register can hold; negative numbers are sign-extended to 64 bits. */
export type Integer = number | bigint;

/** The 8 bytes of a named cell when the call is made: a result of an earlier call, or a part of a {@link Memory}. */
export interface Value {
  readonly value: string;
  /** Bytes from the cell's start. Default 0. */
  readonly offset?: number;
  /** Bits to keep: `0xffff_ffff` reads one `int`. Default: all 64. */
  readonly mask?: bigint;
}

/** The address of a named cell, for a call that writes there. */
export interface Address {
  readonly address: string;
  /** Bytes from the cell's start. Default 0. */
  readonly offset?: number;
}

/** What of a {@link Struct} does not depend on its type. */
export interface Layout {
  readonly name: string;
  readonly size: number;
  readonly fields: Readonly<Record<string, Field>>;
  readonly offsets: Readonly<Record<string, number>>;
  readonly formats: Readonly<Record<string, Format | undefined>>;
}

/** A pointer to a C struct. Its 64-bit fields may be any {@link Argument}; the others are integers. */
export interface StructArgument {
  readonly struct: Layout;
  readonly fields: Readonly<Record<string, Argument>>;
}

/**
 * An argument of a call: an integer; `null` (NULL); a string (`char *`, NUL-terminated); bytes (`void *` to a copy);
 * an array of strings (`char *const []`, NULL-terminated, as execve(2) takes); or one of the above.
 */
export type Argument = Integer | null | string | Uint8Array | readonly string[] | Value | Address | StructArgument;

/** One system call. */
export interface Call {
  readonly call: SyscallName;
  readonly args: readonly Argument[];
  /** Errors that do not end the Program: the cell named by `result` then holds `-errno`. */
  readonly ignore?: readonly ErrnoName[] | "any";
  /** The cell that the result goes to. A cell that nothing was written to holds -1, which is no file descriptor. */
  readonly result?: string;
}

/** Names a cell of more than 8 bytes, or one that does not begin as -1. Where it stands does not matter. */
export interface Memory {
  readonly memory: string;
  /** Its bytes at the start, or how many zero bytes it has. */
  readonly content: Uint8Array | number;
}

/** A place that a {@link Jump} can go to: of the same Step, or, where that has none of the name, of the Program. */
export interface Label {
  readonly label: string;
}

/** Goes on at a label: always, or when the value of a cell equals, or is less than (signed), an integer or that of another cell. */
export interface Jump {
  readonly jump: string;
  readonly when?: (Value & { readonly equals: Integer | Value }) | (Value & { readonly lessThan: Integer | Value });
}

/** Puts a value, or the sum of two, into a cell. */
export interface Assign {
  readonly assign: Address;
  readonly to: Integer | Value;
  readonly plus?: Integer | Value;
}

/** What a Step is made of. */
export type Instruction = Call | Memory | Label | Jump | Assign;

/** A group of instructions with one purpose. Cells are shared by all Steps of a Program. */
export interface Step {
  /** What it does, in the words of the man page: "bind /usr on /usr, read-only". */
  readonly label: string;
  /** The shell command that does the same, where there is one. */
  readonly shell?: string;
  readonly body: readonly Instruction[];
}

export type Program = readonly Step[];

/**
 * Makes a {@link Step}.
 *
 * @example
 * const made = step("set the host name", [call("sethostname", "box", 3)], "hostname box");
 */
export function step(label: string, body: readonly Instruction[], shell?: string): Step {
  return shell === undefined ? { label, body } : { label, shell, body };
}

/** Makes a {@link Call}: `call("umount2", "/mnt", MNT.DETACH)`. */
export function call(name: SyscallName, ...args: readonly Argument[]): Call {
  return { call: name, args };
}

/** The same call, with its result kept in a cell. */
export function into(cell: string, made: Call): Call {
  return { ...made, result: cell };
}

/** The same call, with errors that do not end the Program (all, when none is named). */
export function ignoring(made: Call, ...errors: readonly ErrnoName[]): Call {
  return { ...made, ignore: errors.length === 0 ? "any" : errors };
}

/** The content of a cell, as an argument. */
export function value(cell: string, offset?: number, mask?: bigint): Value {
  return { value: cell, ...(offset === undefined ? {} : { offset }), ...(mask === undefined ? {} : { mask }) };
}

/** The address of a cell, as an argument. */
export function address(cell: string, offset?: number): Address {
  return { address: cell, ...(offset === undefined ? {} : { offset }) };
}

/** Declares a cell: {@link Memory}. */
export function memory(cell: string, content: Uint8Array | number): Memory {
  return { memory: cell, content };
}

/** A pointer to a C struct, as an argument: `pointer(openHow, { flags: O.PATH })`. */
export function pointer<T>(
  struct: Struct<T>,
  fields: { readonly [Name in keyof T & string]?: Argument },
): StructArgument {
  return { struct, fields: fields as StructArgument["fields"] };
}
