import { call, PER, type Step, step } from "@wb/syscall";
import { numberOf } from "./one-of.ts";

/**
 * The Step that sets the execution domain, personality(2), by OCI's names: with `LINUX32`, uname(2) tells of a 32-bit
 * machine.
 *
 * @param flags the specification has a list of them, and no value for it yet
 * @throws RangeError for an unknown domain, or any flag
 */
export function personalityStep(domain: keyof typeof PER, flags: readonly string[] = []): Step {
  const number = numberOf("linux.personality.domain", domain, PER);
  if (flags.length > 0)
    throw new RangeError(`linux.personality.flags is ${JSON.stringify(flags)}: the specification has no flags`);
  return step(
    `have the personality ${domain}`,
    [call("personality", number)],
    domain === "LINUX32" ? "linux32" : "linux64",
  );
}
