import { roundDecimal } from "./round-decimal.ts";

/** `0.53%`, as docker stats has it. */
export function percent(value: number): string {
  return `${roundDecimal(value, 2)}%`;
}
