import { UserError } from "../../user-error.ts";
import { NAME } from "../names/container-name.ts";

/** @throws UserError in docker's words */
export function networkName(text: string): string {
  if (NAME.test(text) && text.length <= LONGEST) return text;
  throw new UserError(
    `invalid network name: only ${LONGEST} of [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed: ${JSON.stringify(text)}`,
    { hint: "letters, digits, and after the first also _ . -" },
  );
}

/** Of a file's name with what is written before it is whole. */
const LONGEST = 200;
