import { isStrings, isStruct, isValue } from "./argument.ts";
import type { Address, Argument, Call, Integer, StructArgument, Value } from "./program.ts";
import type { Format, Names } from "./signature.ts";
import { signatureOf } from "./signatures.ts";
import { SIG } from "./uapi/signal.ts";

/** What a formatter may know beyond the call itself. */
export interface FormatContext {
  /** The content of a cell, once it has one: without it a cell is printed by its name. */
  readonly cell?: (cell: Value) => bigint | undefined;
  /** What an open file descriptor refers to: `3</proc/self/ns/net>`. */
  readonly describeFd?: (fd: number) => string | undefined;
}

/**
 * Prints a call as strace(1) would: flags by name, what has no name in hexadecimal, strings quoted. A cell is printed as
 * its name, and its address as `&name`.
 *
 * @example
 * formatCall(call("umount2", "/mnt", MNT.DETACH)); // 'umount2("/mnt", MNT_DETACH)'
 */
export function formatCall(made: Call, context: FormatContext = {}): string {
  return `${made.call}(${formatArguments(made, context)
    .map(([, text]) => text)
    .join(", ")})`;
}

/** The same, as pairs of the parameter's name in the man page and the argument's text. */
export function formatArguments(made: Call, context: FormatContext = {}): (readonly [name: string, text: string])[] {
  const parameters = Object.entries(signatureOf(made.call, made.args));
  return made.args.map((argument, index) => {
    const [name, format] = parameters[index] ?? [`arg${index}`, "hex"];
    return [name, formatArgument(argument, format, context)];
  });
}

function formatArgument(argument: Argument, format: Format, context: FormatContext): string {
  if (argument === null) return "NULL";
  if (typeof argument === "string") return quote(argument);
  if (argument instanceof Uint8Array) return formatBytes(argument);
  if (isStrings(argument)) return `[${argument.map(quote).join(", ")}]`;
  if (isStruct(argument)) return formatStruct(argument, context);
  if (typeof argument === "number" || typeof argument === "bigint") return formatInteger(argument, format, context);
  if (isValue(argument)) {
    const known = context.cell?.(argument);
    return known === undefined ? cellName(argument.value, argument.offset) : formatInteger(known, format, context);
  }
  return `&${cellName(argument.address, argument.offset)}`;
}

function formatStruct({ struct, fields }: StructArgument, context: FormatContext): string {
  const texts = Object.entries(fields).map(
    ([name, field]) => `${name}=${formatArgument(field, struct.formats[name] ?? "int", context)}`,
  );
  return `{${texts.join(", ")}}`;
}

/** An integer by its format. Cells are 64 bits wide, so a 32-bit -1 may come as 2³²-1. */
export function formatInteger(integer: Integer, format: Format, context: FormatContext = {}): string {
  if (typeof format === "object") {
    return "flags" in format
      ? formatFlags(format, integer)
      : (nameOf(format.oneOf, integer, format.prefix) ?? `${integer}`);
  }
  return INTEGERS[format](BigInt(integer), context);
}

const INTEGERS: Readonly<Record<Format & string, (integer: bigint, context: FormatContext) => string>> = {
  int: (integer) => `${integer}`,
  uint: (integer) => `${BigInt.asUintN(64, integer)}`,
  hex: hexadecimal,
  octal: (integer) => (integer === 0n ? "0" : `0${integer.toString(8)}`),
  fd: formatFd,
  dirfd: (integer, context) => (BigInt.asIntN(32, integer) === -100n ? "AT_FDCWD" : formatFd(integer, context)),
  path: pointer,
  string: pointer,
  bytes: pointer,
  strings: pointer,
  pointer,
  signal: (integer) => nameOf(SIG, integer, "SIG") ?? `${integer}`,
};

function formatFd(integer: bigint, { describeFd }: FormatContext): string {
  const fd = Number(BigInt.asIntN(32, integer));
  const target = fd < 0 ? undefined : describeFd?.(fd);
  return target === undefined ? `${fd}` : `${fd}<${target}>`;
}

function pointer(integer: bigint): string {
  return integer === 0n ? "NULL" : hexadecimal(integer);
}

function hexadecimal(integer: bigint): string {
  return integer < 0n ? `-0x${(-integer).toString(16)}` : integer === 0n ? "0" : `0x${integer.toString(16)}`;
}

/** Or-ed names, the larger first, so that MS_REC|MS_BIND is not taken apart wrongly; what is left over in hexadecimal. */
function formatFlags(
  { flags, prefix, zero }: { flags: Names; prefix: string; zero?: string },
  integer: Integer,
): string {
  let rest = BigInt.asUintN(64, BigInt(integer));
  if (rest === 0n) return zero ?? "0";
  const names: string[] = [];
  for (const [name, bits] of Object.entries(flags)) {
    const wanted = BigInt(bits);
    if (wanted > 0n && (rest & wanted) === wanted) {
      names.push(prefix + name);
      rest &= ~wanted;
    }
  }
  if (rest !== 0n) names.push(hexadecimal(rest));
  return names.join("|");
}

function nameOf(names: Names, integer: Integer, prefix: string): string | undefined {
  const wanted = BigInt(integer);
  const found = Object.entries(names).find(([, number]) => BigInt(number) === wanted);
  return found === undefined ? undefined : prefix + found[0];
}

/** A string literal of text that may come from anyone: no control character of it reaches a terminal. */
export function quote(text: string): string {
  return escapeControls(JSON.stringify(text));
}

/** Control characters, line separators, and those that reorder what is shown, as `\u001b`. */
export function escapeControls(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0")}`,
  );
}

const SHOWN_BYTES = 64;

function formatBytes(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, SHOWN_BYTES);
  const text = shown.every((byte) => (byte >= 32 && byte < 127) || byte === 10)
    ? quote(Buffer.from(shown).toString("latin1"))
    : `"${[...shown].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
  return bytes.length > SHOWN_BYTES ? `${text}...` : text;
}

function cellName(cell: string, offset: Address["offset"] = 0): string {
  return offset === 0 ? cell : `${cell}+${offset}`;
}
