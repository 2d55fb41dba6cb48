import { flagError } from "./flag-error.ts";

/**
 * Checks `--group-add`: a group's name, which the container's /etc/group tells, or its number.
 *
 * @throws UserError
 */
export function parseGroupAdd(text: string): string | number {
  const hint = "a name of the container's /etc/group, or a number";
  if (/^\d{1,10}$/.test(text) && Number(text) < MOST) return Number(text);
  if (/^-?\d+$/.test(text)) throw flagError("--group-add", text, "gids should be in range 0-4294967294", hint);
  if (text === "" || /[:\n]/.test(text)) throw flagError("--group-add", text, `Unable to find group ${text}`, hint);
  return text;
}

/** (gid_t) -1 is no group: setgroups(2) refuses it. */
const MOST = 0xffff_ffff;
