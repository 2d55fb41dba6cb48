import { BadValue } from "./bad-value.ts";
import { formatFloat, formatInteger } from "./format-number.ts";
import { formatString } from "./format-string.ts";
import { typeName } from "./go-type.ts";
import { type GoValue, goValue, pairsOf } from "./go-value.ts";
import { codePoint, quoteCharacter } from "./quote.ts";
import { pad, PLAIN, type Verb } from "./verb.ts";

/** The text of a value, as Go's fmt.Print writes it. */
export function plainText(value: GoValue): string {
  return formatValue(value, PLAIN);
}

/** The text of a value by a verb of fmt.Printf. What a verb is not for, Go shows with the value's type. */
export function formatValue(value: GoValue, verb: Verb): string {
  if (verb.letter === "T" && value.kind !== "invalid" && value.kind !== "nil")
    return formatString(typeName(value), { ...verb, letter: "s" }) ?? "";
  switch (value.kind) {
    case "invalid":
    case "nil":
      return verb.letter === "v" || verb.letter === "T" ? pad("<nil>", verb) : `%!${verb.letter}(<nil>)`;
    case "pointer":
      return verb.letter === "v" ? pad("<nil>", verb) : badVerb(value, verb);
    case "bool":
      return "tv".includes(verb.letter) ? pad(String(value.value), verb) : badVerb(value, verb);
    case "int":
      return formatInteger(value.value, verb) ?? formatCharacter(value.value, verb) ?? badVerb(value, verb);
    case "float":
      return formatFloat(value.value, verb) ?? badVerb(value, verb);
    case "string":
      return formatString(value.value, verb) ?? badVerb(value, verb);
    case "list":
      refuseLong(value.items.length, verb);
      return `[${value.items.map((item) => member(goValue(item), verb)).join(" ")}]`;
    case "map":
      refuseLong(value.keys().length, verb);
      return `map[${pairsOf(value)
        .map(([key, one]) => `${member({ kind: "string", value: key }, verb)}:${member(one, verb)}`)
        .join(" ")}]`;
    case "struct":
      return `{${pairsOf(value)
        .map(([name, one]) => (verb.hasNames ? `${name}:` : "") + member(one, verb))
        .join(" ")}}`;
    case "method":
      return badVerb({ kind: "string", value: "func" }, verb);
  }
}

/** A nil in a list or map is written without regard to the verb. */
function member(value: GoValue, verb: Verb): string {
  return value.kind === "nil" || value.kind === "invalid" ? "<nil>" : formatValue(value, verb);
}

/** Go's `%!d(string=abc)`. */
function badVerb(value: GoValue, verb: Verb): string {
  return `%!${verb.letter}(${typeName(value)}=${formatValue(value, { ...verb, letter: "v" })})`;
}

/** An int as the character that has this number. */
function formatCharacter(value: bigint, verb: Verb): string | undefined {
  const isCharacter = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  const character = String.fromCodePoint(isCharacter ? Number(value) : 0xfffd);
  if (verb.letter === "c") return pad(character, verb);
  if (verb.letter === "q") return pad(quoteCharacter(character, { ascii: verb.plus }), verb);
  if (verb.letter !== "U") return undefined;
  const shown = codePoint(character);
  const number = `U+${BigInt.asUintN(64, value)
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(verb.precision ?? 4, 4), "0")}`;
  const text = verb.sharp && shown.includes(" ") && isCharacter ? number + shown.slice(shown.indexOf(" ")) : number;
  return pad(text, { ...verb, zero: false });
}

/** The memory is finite: each member is as wide as the verb says. */
function refuseLong(count: number, { width = 0, precision = 0 }: Verb): void {
  if (count * (width + precision) > 2 ** 24) throw new BadValue("the text is too long");
}
