import { UserError } from "../../user-error.ts";
import type { VolumeDriver } from "./volume-record.ts";

const KNOWN: readonly string[] = ["type", "o", "device", "size"];

/** Of an option, those that must be there with it. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  type: ["device"],
  device: ["type"],
  o: ["device", "type"],
};

/**
 * Checks a driver's name and its options.
 *
 * @throws UserError in docker's words (moby, volume/local)
 */
export function checkDriver(
  name: string,
  driver: string,
  options: Readonly<Record<string, string>>,
): asserts driver is VolumeDriver {
  if (driver !== "local" && driver !== "tmpfs")
    throw new UserError(
      `create ${name}: error looking up volume plugin ${driver}: plugin ${JSON.stringify(driver)} not found`,
      { hint: "wb has the drivers local and tmpfs" },
    );
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined)
    throw new UserError(`create ${name}: invalid option: ${JSON.stringify(unknown)}`, {
      hint: "one of type, device and o: -o type=tmpfs -o device=tmpfs -o o=size=64m",
    });
  if (driver === "tmpfs") return;
  if (options["size"] !== undefined)
    throw new UserError(`create ${name}: quota size requested but no quota support`, {
      hint: "the driver tmpfs has a size, and an option of a file system may be one: -o o=size=64m",
    });
  for (const [key, needed] of Object.entries(TOGETHER)) {
    const missing = Object.hasOwn(options, key) ? needed.find((one) => !Object.hasOwn(options, one)) : undefined;
    if (missing !== undefined)
      throw new UserError(`create ${name}: missing required option: ${JSON.stringify(missing)}`, {
        hint: "mount(8) needs all of them: -o type=none -o device=/srv/data -o o=bind",
      });
  }
}
