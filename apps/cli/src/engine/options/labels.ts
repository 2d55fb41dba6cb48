import type { UserError } from "../../user-error.ts";
import { flagError } from "./flag-error.ts";

/**
 * The labels of `--label-file` and `-l, --label`, of which the latter count; the last of a name does.
 *
 * @param fromFiles `NAME=value`, checked already
 * @throws UserError in docker's words (docker/cli, opts.ValidateLabel)
 */
export function labelsOf(texts: readonly string[], fromFiles: readonly string[] = []): Record<string, string> {
  for (const text of texts) checkLabel(text);
  return Object.fromEntries([...fromFiles, ...texts].map(nameAndValue));
}

/** What is before the first `=` and after it. Without any, the value is empty. */
export function nameAndValue(text: string): [string, string] {
  const equals = text.indexOf("=");
  return equals === -1 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

function checkLabel(text: string): void {
  const name = nameAndValue(text)[0].replace(/^[ \t]+/, "");
  if (name === "") throw invalid(text, `invalid label '${text}': empty name`);
  if (/[ \t]/.test(name)) throw invalid(text, `label '${name}' contains whitespaces`);
}

function invalid(text: string, reason: string): UserError {
  return flagError("-l, --label", text, reason, "NAME=value or NAME, without blanks in the name");
}
