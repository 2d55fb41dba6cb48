import { UserError } from "../../user-error.ts";

/**
 * The name that `--name` or `wb rename` gives, without the `/` that docker's API puts before it.
 *
 * @throws UserError in docker's words
 */
export function containerName(text: string): string {
  const name = text.replace(/^\//, "");
  if (NAME.test(name)) return name;
  throw new UserError(`Invalid container name (${text}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`, {
    hint: "letters, digits, and after the first also _ . -, 255 at most",
  });
}

/** docker's RestrictedNamePattern, and NAME_MAX of limits.h, since each name is a file's; one character is enough here. */
export const NAME: RegExp = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;
