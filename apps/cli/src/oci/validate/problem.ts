import type { Problem } from "./config-error.ts";
import { quote } from "./quote.ts";

/** A problem of a value, unless it is as expected. */
export function expectThat(
  isRight: boolean,
  path: string,
  value: unknown,
  expected: string,
  remedy?: string,
): Problem[] {
  if (isRight) return [];
  return [{ path, message: `${quote(value)}: ${expected}`, ...(remedy === undefined ? {} : { remedy }) }];
}

/** A problem for each path that is not absolute. */
export function expectAbsolute(value: string | undefined, path: string): Problem[] {
  return value === undefined ? [] : expectThat(value.startsWith("/"), path, value, "an absolute path was expected");
}

/** A problem for each variable that is not `NAME=value`. */
export function expectEnvironment(env: readonly string[] = [], path: string): Problem[] {
  return env.flatMap((entry, index) =>
    expectThat(entry.indexOf("=") > 0, `${path}[${index}]`, entry, '"NAME=value" was expected'),
  );
}
