import type { ProcessSteps } from "./process-steps.ts";

/** What is said of capabilities that a process was to have and does not get; of ambient ones in runc's words. */
export function capabilityWarnings({
  missingCapabilities: missing,
  impossibleAmbient,
}: Pick<ProcessSteps, "missingCapabilities" | "impossibleAmbient">): string[] {
  return [
    ...(missing.length === 0 ? [] : [`not given, since this machine lacks them: ${missing.join(", ")}`]),
    ...impossibleAmbient.map(
      (name) => `can't raise ambient capability ${name}: it has to be in permitted and in inheritable, too`,
    ),
  ];
}
