import { call, PER, type Step, step } from "@wb/syscall";

/**
 * The Step that sets the execution domain, personality(2), by OCI's names: with `LINUX32`, uname(2) tells of a 32-bit
 * machine.
 */
export function personalityStep(domain: keyof typeof PER): Step {
  return step(
    `have the personality ${domain}`,
    [call("personality", PER[domain])],
    domain === "LINUX32" ? "linux32" : "linux64",
  );
}
