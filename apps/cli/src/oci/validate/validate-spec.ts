import type { Resources } from "../resources.ts";
import type { SpecProcess } from "../spec-process.ts";
import type { Spec } from "../spec.ts";
import { checkShape } from "./check-shape.ts";
import { ConfigError, type Problem } from "./config-error.ts";
import { configShape } from "./config-shape.ts";
import { processRules } from "./process-rules.ts";
import { processShape } from "./process-shape.ts";
import { resourcesShape } from "./resources-shape.ts";
import { configRules } from "./rules.ts";
import type { Shape } from "./shape.ts";

/**
 * A configuration from its parsed JSON: what the specification's schema asks for, and the rules between fields.
 *
 * Fields that the specification does not have are left out of the answer. Numbers that JavaScript would round are bigints
 * where they count exactly (rlimits, arguments of seccomp, times of SCHED_DEADLINE), elsewhere ±(2⁵³ - 1).
 *
 * @param json as `parseJson` gives it: with bigints for what a number would round
 * @param source its name, for errors
 * @throws ConfigError
 * @example
 * validateSpec(parseJson(bytes, "config.json"), "config.json").process?.cwd
 */
export function validateSpec(json: unknown, source = "config.json"): Spec {
  return validate(json, source, configShape, configRules);
}

/** The process that `exec --process` starts. @throws ConfigError */
export function validateProcess(json: unknown, source = "process.json"): SpecProcess {
  return validate(json, source, processShape, (process: SpecProcess) =>
    processRules(process, "").map((problem) => ({ ...problem, path: problem.path.slice(1) })),
  );
}

/** The limits of `update --resources`. @throws ConfigError */
export function validateResources(json: unknown, source = "resources.json"): Resources {
  return validate(json, source, resourcesShape, () => []);
}

/** The rules see only what has its shape. */
function validate<T>(json: unknown, source: string, shape: Shape, rules: (value: T) => readonly Problem[]): T {
  const problems: Problem[] = [];
  // The tables have every field of the type: record() makes the compiler compare them.
  const value = checkShape(json, shape, "", problems) as T;
  if (problems.length === 0) problems.push(...rules(value));
  if (problems.length > 0) throw new ConfigError(source, problems);
  return value;
}
