import { LANDLOCK_ANNOTATION, landlockAbi, type LandlockSteps, landlockSteps, parseLandlock } from "@wb/security";

/** The Landlock ruleset that a container's annotations ask for. @throws LandlockError */
export function landlock(annotations: Readonly<Record<string, string>>): LandlockSteps {
  const text = annotations[LANDLOCK_ANNOTATION];
  return text === undefined ? { ruleset: [], restrict: [] } : landlockSteps(parseLandlock(text), landlockAbi());
}
