import { call, ignoring, into, LANDLOCK_CREATE_RULESET, run, step } from "@wb/syscall";

/**
 * The version of Landlock that this kernel has, landlock_create_ruleset(2): 0 where it has none (before Linux 5.13), or where
 * it is not switched on.
 */
export function landlockAbi(): number {
  const ask = call("landlock_create_ruleset", null, 0, LANDLOCK_CREATE_RULESET.VERSION);
  const body = [into("abi", ignoring(ask, "ENOSYS", "EOPNOTSUPP"))];
  return Math.max(0, run([step("ask for the version of Landlock", body)]).number("abi"));
}
