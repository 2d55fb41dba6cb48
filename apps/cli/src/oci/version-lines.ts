import { versionText } from "../version.ts";
import { NAMES } from "./names.ts";
import { OCI_VERSION } from "./oci-version.ts";

/** The lines of `runc --version`: dockerd looks for `version` in the first, `commit:` and `spec:`. */
export function versionLines(): string {
  const version = versionText.trim().split(" ").at(-1) ?? "";
  return `${NAMES.binary} version ${version}\ncommit: ${version}\nspec: ${OCI_VERSION}\n`;
}
