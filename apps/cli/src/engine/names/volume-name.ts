import { UserError } from "../../user-error.ts";
import { NAME } from "./container-name.ts";

/**
 * Checks the name of a volume.
 *
 * @throws UserError in docker's words (moby, volume/local)
 */
export function volumeName(text: string): string {
  if (NAME.test(text)) return text;
  throw new UserError(
    `${JSON.stringify(text)} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
    { hint: "letters, digits, and after the first also _ . -, 255 at most" },
  );
}
