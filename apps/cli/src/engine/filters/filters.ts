import { UserError } from "../../user-error.ts";
import { flagError } from "../options/flag-error.ts";

/** What `--filter` asks for: the values of each key, each once, in the order in which they were given. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/**
 * Parses the values of `--filter`, of which each is KEY=VALUE (docker/cli, opts.FilterOpt).
 *
 * @param accepted the keys that there are
 * @throws UserError in docker's words
 */
export function parseFilters(texts: readonly string[], accepted: readonly string[], flag = "-f, --filter"): Filters {
  const filters = new Map<string, string[]>();
  for (const text of texts) {
    if (text === "") continue;
    const equals = text.indexOf("=");
    const hint = `one of ${accepted.map((key) => `${key}=`).join(", ")}`;
    if (equals === -1) throw flagError(flag, text, "bad format of filter (expected name=value)", hint);
    const key = text.slice(0, equals).trim().toLowerCase();
    const value = text.slice(equals + 1).trim();
    if (!accepted.includes(key)) throw new UserError(`invalid filter '${key}'`, { hint });
    const values = filters.get(key) ?? [];
    filters.set(key, values.includes(value) ? values : [...values, value]);
  }
  return filters;
}

/** The values of a key; none where it was not given. */
export function valuesOf(filters: Filters, key: string): readonly string[] {
  return filters.get(key) ?? [];
}
