import { environmentOf } from "./applied.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";

/**
 * The arguments that a command has beside the environment, `NAME=VALUE` in their order: those that were declared and have a value, and those of
 * proxies.
 */
export function runArguments({ args = {} }: Pick<Build, "args">, { args: declared, config }: BuildState): string[] {
  const env = environmentOf(config.Env ?? []);
  return [...declared]
    .flatMap(([name, value]) => (env.has(name) ? [] : [`${name}=${value}`]))
    .toSorted()
    .concat(
      PROXIES.flatMap((name) => (args[name] === undefined || declared.has(name) ? [] : [`${name}=${args[name]}`])),
    );
}

/** Whether an argument is of a proxy: it needs no ARG, and is in no history. */
export function isProxy(argument: string): boolean {
  return PROXIES.includes(argument.split("=")[0] ?? "");
}

/** docker's. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
