import type { ImageHealthcheck } from "../layout/image-config.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import type { Instruction } from "./instruction.ts";

/** HEALTHCHECK as the config has it; a shell form is the engine's to run, by the image's SHELL. */
export function healthcheck({ words, inner, flags, line }: Instruction): ImageHealthcheck {
  if (words[0] === "NONE") return { Test: ["NONE"] };
  const Test = [inner?.exec === true ? "CMD" : "CMD-SHELL", ...(inner?.words ?? [])];
  const settings = flags.map(({ name, value = "" }) => [
    FIELDS[name],
    name === "retries" ? retries(value, line) : duration(name, value, line),
  ]);
  return { Test, ...Object.fromEntries(settings) };
}

const FIELDS: Readonly<Record<string, string>> = {
  interval: "Interval",
  timeout: "Timeout",
  "start-period": "StartPeriod",
  "start-interval": "StartInterval",
  retries: "Retries",
};

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

function retries(value: string, line: number): number {
  if (!/^\d+$/u.test(value)) throw new DockerfileError(`strconv.ParseInt: parsing "${value}": invalid syntax`, line);
  return Number(value);
}

/** Go's durations: `1m30s`, `1.5h`, `0`. */
function duration(flag: string, value: string, line: number): number {
  if (value === "0") return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|\u00b5s|ms|s|m|h))+$/u.test(value))
    throw new DockerfileError(`time: invalid duration "${value}"`, line);
  let total = 0;
  for (const [, number, unit = ""] of value.matchAll(/([\d.]+)([a-z\u00b5]+)/gu))
    total += Number(number) * (NANOSECONDS[unit] ?? 0);
  if (total > 0 && total < 1e6) throw new DockerfileError(`Interval "${flag}" cannot be less than 1ms`, line);
  return Math.round(total);
}
