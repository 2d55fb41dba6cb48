import { plainText } from "./format-value.ts";
import type { GoFunction } from "./function.ts";
import type { GoValue } from "./go-value.ts";
import { sprintf } from "./printf.ts";

/** print, printf and println of Go's text/template. */
export const PRINTS: Readonly<Record<string, GoFunction>> = {
  print: { parameters: [], rest: "any", call: (...values) => text(print(values)) },
  printf: {
    parameters: ["string"],
    rest: "any",
    call: (format, ...values) => text(sprintf(format?.kind === "string" ? format.value : "", values)),
  },
  println: { parameters: [], rest: "any", call: (...values) => text(`${values.map(plainText).join(" ")}\n`) },
};

function text(value: string): GoValue {
  return { kind: "string", value };
}

/** A space stands between two values of which none is a string. */
function print(values: readonly GoValue[]): string {
  return values
    .map((value, index) => {
      const before = values[index - 1];
      const isApart = before !== undefined && before.kind !== "string" && value.kind !== "string";
      return (isApart ? " " : "") + plainText(value);
    })
    .join("");
}
