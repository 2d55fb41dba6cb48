import type { DeviceRule } from "../../oci/resources.ts";
import { flagError } from "./flag-error.ts";

/**
 * Parses `--device-cgroup-rule 'TYPE MAJOR:MINOR rwm'`, of which `*` is any number.
 *
 * @throws UserError in docker's words
 */
export function parseDeviceRule(text: string): DeviceRule {
  const [, letter, major, minor, access] = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(text) ?? [];
  const type = (["a", "b", "c"] as const).find((one) => one === letter);
  if (type === undefined || access === undefined)
    throw flagError(
      "--device-cgroup-rule",
      text,
      `invalid device cgroup format '${text}'`,
      "for example 'c 10:229 rwm'",
    );
  return {
    allow: true,
    type,
    ...(major === "*" ? {} : { major: Number(major) }),
    ...(minor === "*" ? {} : { minor: Number(minor) }),
    access,
  };
}
