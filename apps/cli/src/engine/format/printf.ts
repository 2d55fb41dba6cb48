import { BadValue } from "./bad-value.ts";
import { formatValue, plainText } from "./format-value.ts";
import { typeName } from "./go-type.ts";
import type { GoValue } from "./go-value.ts";
import type { Verb } from "./verb.ts";

/** fmt.Sprintf of Go. What is wrong with a format or its arguments stands in the text: `%!d(string=abc)`. */
export function sprintf(format: string, values: readonly GoValue[]): string {
  const place: Place = { values, next: 0, isReordered: false };
  let text = "";
  let end = 0;
  for (const match of format.matchAll(VERB)) {
    text += format.slice(end, match.index) + verbText(match.groups ?? {}, place);
    end = match.index + match[0].length;
    if (text.length > MOST_TEXT) throw new BadValue("the text is too long");
  }
  const extra = place.isReordered ? [] : values.slice(place.next);
  const shown = extra.map((one) => (isNil(one) ? "<nil>" : `${typeName(one)}=${plainText(one)}`));
  return text + format.slice(end) + (shown.length === 0 ? "" : `%!(EXTRA ${shown.join(", ")})`);
}

/** The memory is finite. */
const MOST_TEXT = 2 ** 26;
const MOST_WIDTH = 4096;

const VERB =
  /%(?<flags>[-+# 0]*)(?<first>\[[^\]]*\]?)?(?<width>\*|[0-9]+)?(?:\.(?=[^])(?<second>\[[^\]]*\]?)?(?<precision>\*|[0-9]*))?(?<third>\[[^\]]*\]?)?(?<letter>[^])?/gu;

/** Which of the values is the next. */
interface Place {
  readonly values: readonly GoValue[];
  next: number;
  isReordered: boolean;
}

type Groups = Readonly<Partial<Record<string, string>>>;

function verbText({ flags = "", first, width, second, precision, third, letter }: Groups, place: Place): string {
  if ((first ?? second ?? third) !== undefined) throw new BadValue("argument indexes are not supported");
  const wide = size(width, place, "%!(BADWIDTH)");
  const precise = size(precision, place, "%!(BADPREC)");
  const before = wide.message + precise.message;
  if (letter === undefined) return `${before}%!(NOVERB)`;
  if (letter === "%") return `${before}%`;
  const value = place.values[place.next];
  if (value === undefined) return `${before}%!${letter}(MISSING)`;
  place.next += 1;
  const minus = flags.includes("-") || wide.isNegative;
  const verb: Verb = {
    letter,
    minus,
    hasNames: letter === "v" && flags.includes("+"),
    plus: letter !== "v" && flags.includes("+"),
    sharp: flags.includes("#"),
    space: flags.includes(" "),
    zero: flags.includes("0") && !wide.isNegative,
    width: wide.value,
    precision: precision === "" ? 0 : precise.isNegative ? undefined : precise.value,
  };
  refuseUnsupported(verb);
  return before + formatValue(value, verb);
}

interface Size {
  readonly value: number | undefined;
  readonly isNegative: boolean;
  /** What stands in the text instead of it. */
  readonly message: string;
}

/** A width or precision; `*`: the next value is it. */
function size(text: string | undefined, place: Place, bad: string): Size {
  const none = { value: undefined, isNegative: false, message: "" };
  if (text === undefined || text === "") return none;
  if (text !== "*") return { ...none, value: limited(Number(text)) };
  const value = place.values[place.next];
  if (value === undefined) return { ...none, message: bad };
  place.next += 1;
  if (value.kind !== "int" || value.value > 1_000_000n || value.value < -1_000_000n) return { ...none, message: bad };
  const number = Number(value.value);
  return { value: limited(Math.abs(number)), isNegative: number < 0, message: "" };
}

function limited(number: number): number {
  if (number > MOST_WIDTH) throw new BadValue(`${number} is too wide`);
  return number;
}

/** What would not be exactly as Go writes it. */
function refuseUnsupported({ letter, sharp }: Verb): void {
  if ((sharp && letter === "v") || letter === "p" || letter === "w")
    throw new BadValue(`%${sharp ? "#" : ""}${letter} is not supported`);
}

function isNil({ kind }: GoValue): boolean {
  return kind === "invalid" || kind === "nil";
}
