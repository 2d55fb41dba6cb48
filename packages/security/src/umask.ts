import { call, type Step, step } from "@wb/syscall";

/** The Step that sets the permissions which new files do not get, umask(2). docker's containers have 0o022. */
export function umaskStep(mask: number): Step {
  if (!Number.isInteger(mask) || mask < 0 || mask > 0o777) throw new RangeError(`${mask} is no umask: 0 to 0o777`);
  const octal = mask.toString(8).padStart(4, "0");
  return step(`give new files no permissions of ${octal}`, [call("umask", mask)], `umask ${octal}`);
}
