import type { SpecHook, SpecHooks } from "../spec-hooks.ts";
import type { Problem } from "./config-error.ts";
import { expectAbsolute, expectEnvironment } from "./problem.ts";

/** Rules of hooks, config.md "POSIX-platform Hooks". */
export function hookRules(hooks: SpecHooks): Problem[] {
  return Object.entries({ ...hooks }).flatMap(([kind, list]: [string, readonly SpecHook[]]) =>
    list.flatMap(({ path, env }, index) => [
      ...expectAbsolute(path, `hooks.${kind}[${index}].path`),
      ...expectEnvironment(env, `hooks.${kind}[${index}].env`),
    ]),
  );
}
