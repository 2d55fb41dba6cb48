import { flagError } from "./flag-error.ts";

/** A container whose volumes another one gets. */
export interface VolumesFrom {
  /** Its name, its id or the beginning of that. */
  readonly container: string;
  /** Undefined: each as it is there. */
  readonly readonly: boolean | undefined;
}

/**
 * Parses `--volumes-from CONTAINER[:ro|rw]`.
 *
 * @throws UserError in docker's words
 */
export function parseVolumesFrom(text: string): VolumesFrom {
  const hint = "CONTAINER, CONTAINER:ro or CONTAINER:rw";
  const colon = text.indexOf(":");
  const [container, mode] = colon === -1 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  if (container === "")
    throw flagError("--volumes-from", text, "volumes-from specification cannot be an empty string", hint);
  // SELinux's labels change nothing here.
  const words = mode.split(",").filter((word) => !["", "z", "Z"].includes(word));
  if (words.length > 1 || words.some((word) => word !== "ro" && word !== "rw"))
    throw flagError("--volumes-from", text, `invalid mode: ${mode}`, hint);
  return { container, readonly: words[0] === undefined ? undefined : words[0] === "ro" };
}
