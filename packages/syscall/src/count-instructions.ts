import { countAdds, isValue } from "./argument.ts";
import type { Integer, Jump, Program, Value } from "./program.ts";

/** How many instructions of the interpreter a Program takes: some of its own take more than one. */
export function countInstructions(program: Program): number {
  let count = 0;
  for (const { body } of program) {
    for (const instruction of body) {
      if ("call" in instruction)
        count += 1 + instruction.args.reduce<number>((sum, argument) => sum + countAdds(argument), 0);
      else if ("jump" in instruction) count += isValue(limitOf(instruction)) ? 2 : 1;
      else if ("assign" in instruction) count += 1;
    }
  }
  return count;
}

/** What a jump compares with. */
export function limitOf({ when }: Jump): Integer | Value {
  if (when === undefined) return 0;
  return "lessThan" in when ? when.lessThan : when.equals;
}
