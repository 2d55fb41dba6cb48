import { UserError } from "../../user-error.ts";
import { type Filters, valuesOf } from "./filters.ts";

/** Whether a text is one of a key's values; without values all are (moby, api/types/filters, ExactMatch). */
export function matchesExactly(filters: Filters, key: string, text: string): boolean {
  const values = valuesOf(filters, key);
  return values.length === 0 || values.includes(text);
}

/** Whether a text is one of a key's values or begins with one (FuzzyMatch). */
export function matchesBeginning(filters: Filters, key: string, text: string): boolean {
  const values = valuesOf(filters, key);
  return values.length === 0 || values.some((value) => text.startsWith(value));
}

/** Whether a text is one of a key's values, or one of them as a regular expression is found in it (Match). */
export function matchesPattern(filters: Filters, key: string, text: string): boolean {
  const values = valuesOf(filters, key);
  return values.length === 0 || values.some((value) => value === text || isFound(value, text));
}

/** What is no regular expression matches nothing, as in docker. Go has flags at its beginning: `(?i)`. */
function isFound(pattern: string, text: string): boolean {
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? [];
  try {
    return new RegExp(rest, [...new Set(flags)].join("")).test(text);
  } catch {
    return false;
  }
}

/** Whether all of `label=NAME` and `label=NAME=VALUE` are there, and those of `label!=` are not (MatchKVList). */
export function matchesLabels(filters: Filters, labels: Readonly<Record<string, string>>): boolean {
  if (!valuesOf(filters, "label").every((wanted) => hasLabel(labels, wanted))) return false;
  const unwanted = valuesOf(filters, "label!");
  return unwanted.length === 0 || !unwanted.every((one) => hasLabel(labels, one));
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf("=");
  const name = equals === -1 ? wanted : wanted.slice(0, equals);
  if (!Object.hasOwn(labels, name)) return false;
  return equals === -1 || labels[name] === wanted.slice(equals + 1);
}

/**
 * The truth of a filter such as `dangling=true`; undefined where it was not given.
 *
 * @throws UserError in docker's words
 */
export function truthOf(filters: Filters, key: string): boolean | undefined {
  const values = valuesOf(filters, key);
  if (values.length === 0) return undefined;
  const isTrue = values.includes("1") || values.includes("true");
  const isFalse = values.includes("0") || values.includes("false");
  if (isTrue !== isFalse) return isTrue;
  throw new UserError(`invalid filter '${key}=[${values.join(" ")}]'`, { hint: `${key}=true or ${key}=false` });
}
