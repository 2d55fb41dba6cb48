import type { Flag, Flags } from "../../flags.ts";

/** The flag whose value is the next word: of `--time`, and of `-it`, if `t` is one. */
export function flagThatWaits(flags: Flags, arg: string): Flag | undefined {
  if (arg.startsWith("--")) return waits(longFlag(flags, arg.slice(2)));
  for (let rest = arg.slice(1); rest !== ""; rest = rest.slice(1)) {
    const flag = Object.values(flags).find(({ short }) => short === rest[0]);
    if (flag?.type !== "boolean") return rest.length === 1 ? waits(flag) : undefined;
  }
  return undefined;
}

/** A flag by its name, or the other one that it has. */
export function longFlag(flags: Flags, name: string): Flag | undefined {
  return Object.hasOwn(flags, name) ? flags[name] : Object.values(flags).find(({ alias }) => alias === name);
}

function waits(flag: Flag | undefined): Flag | undefined {
  return flag?.type === "string" || flag?.type === "list" ? flag : undefined;
}
