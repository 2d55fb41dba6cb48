import { flagThatWaits } from "../completion/flag-that-waits.ts";
import type { NetSpec } from "./net-spec.ts";

/**
 * The words of a command line, with those for flags that are settings as ip(8) writes them: `dev eth0` as `--dev eth0`, `up` as
 * `--up`, `hairpin on` as `--hairpin=true`. They begin behind the words that the command needs.
 */
export function ipWordsToFlags(spec: NetSpec, args: readonly string[]): string[] {
  const { least = 0, most = Number.POSITIVE_INFINITY } = spec.count ?? {};
  if (most === Number.POSITIVE_INFINITY) return [...args];
  const out: string[] = [];
  const left = [...args];
  let words = 0;
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === "--") return [...out, arg, ...left];
    const found = words < least ? undefined : settingOf(spec, arg);
    if (arg.startsWith("-") && arg !== "-") {
      out.push(arg, ...(flagThatWaits(spec.flags, arg) === undefined ? [] : left.splice(0, 1)));
    } else if (found !== undefined) {
      const [name, value] = found;
      const isSwitch = spec.flags[name]?.type === "boolean";
      const given = value ?? (isSwitch ? SWITCH[left[0] ?? ""] : undefined);
      if (value === undefined && given !== undefined) left.shift();
      out.push(given === undefined ? `--${name}` : `--${name}=${given}`);
      if (!isSwitch) out.push(...left.splice(0, 1));
    } else if (words === 0 && arg === spec.filler && left.length > 0) continue;
    else {
      out.push(arg);
      words += 1;
    }
  }
  return out;
}

/** The settings of a command, as words. */
export function ipWordsOf({ flags, ipWords = {} }: NetSpec): string[] {
  const renamed = Object.values(ipWords).filter((name) => !name.includes("="));
  const own = Object.keys(flags).filter((name) => !NO_SETTINGS.includes(name) && !renamed.includes(name));
  return [...new Set([...own, ...Object.keys(ipWords)])].toSorted();
}

/** Flags of commands, and no settings of links. */
const NO_SETTINGS = ["format", "netns", "quiet"];

const SWITCH: Readonly<Record<string, "true" | "false" | undefined>> = { on: "true", off: "false" };

function settingOf(spec: NetSpec, word: string): readonly [name: string, value?: string] | undefined {
  const other = Object.hasOwn(spec.ipWords ?? {}, word) ? spec.ipWords?.[word] : undefined;
  if (other !== undefined) {
    const [name = "", value] = other.split("=");
    return value === undefined ? [name] : [name, value];
  }
  return !NO_SETTINGS.includes(word) && Object.hasOwn(spec.flags, word) ? [word] : undefined;
}
