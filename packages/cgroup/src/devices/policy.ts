import { CgroupError } from "../error.ts";
import { ALL_ACCESS, type DeviceException, type DeviceRule, exceptionsOf, formatException } from "./rule.ts";

/**
 * What a list of rules comes to, in the only form that v1's kernel has (security/device_cgroup.c): one answer for all
 * devices, and exceptions to it. An access is excepted from "deny" when one exception has all of it, from "allow" when one
 * has any of it.
 */
export interface DevicePolicy {
  readonly allow: boolean;
  readonly exceptions: readonly DeviceException[];
}

/**
 * Applies rules in order; the last one that fits decides. Before the first one everything is allowed.
 *
 * A rule for all devices and every access starts anew, as the kernel has it. The kernel would take any rule of type `a` so,
 * also `allow a 7:* r`; here that one allows reading 7:* and no more.
 *
 * @throws CgroupError for a rule that takes single devices out of an earlier rule's wildcard: the kernel has no such form
 */
export function devicePolicy(rules: readonly DeviceRule[]): DevicePolicy {
  return rules.reduce<DevicePolicy>(applyRule, { allow: true, exceptions: [] });
}

function applyRule(policy: DevicePolicy, rule: DeviceRule): DevicePolicy {
  const parts = exceptionsOf(rule);
  if (parts.length === 2 && parts.every(isEverything)) return { allow: rule.allow, exceptions: [] };
  const change = rule.allow === policy.allow ? withdraw : add;
  return { allow: policy.allow, exceptions: parts.reduce(change, policy.exceptions) };
}

function isEverything({ major, minor, access }: DeviceException): boolean {
  return major === undefined && minor === undefined && access === ALL_ACCESS;
}

function add(exceptions: readonly DeviceException[], added: DeviceException): DeviceException[] {
  const same = exceptions.find((one) => covers(one, added) && covers(added, one));
  if (same === undefined) return [...exceptions, added];
  return exceptions.map((one) => (one === same ? { ...one, access: one.access | added.access } : one));
}

function withdraw(exceptions: readonly DeviceException[], withdrawn: DeviceException): DeviceException[] {
  return exceptions.flatMap((one) => {
    if ((one.access & withdrawn.access) === 0 || !overlaps(one, withdrawn)) return [one];
    if (!covers(withdrawn, one)) throw hole(one, withdrawn);
    const access = one.access & ~withdrawn.access;
    return access === 0 ? [] : [{ ...one, access }];
  });
}

function covers(wide: DeviceException, narrow: DeviceException): boolean {
  return (
    wide.type === narrow.type &&
    (wide.major === undefined || wide.major === narrow.major) &&
    (wide.minor === undefined || wide.minor === narrow.minor)
  );
}

function overlaps(a: DeviceException, b: DeviceException): boolean {
  const meet = (x: number | undefined, y: number | undefined): boolean => x === undefined || y === undefined || x === y;
  return a.type === b.type && meet(a.major, b.major) && meet(a.minor, b.minor);
}

function hole(wide: DeviceException, narrow: DeviceException): CgroupError {
  const value = formatException(narrow);
  return new CgroupError(
    "WB_CGROUP_LIMIT",
    `the device rule for ${value} makes a hole in an earlier one for ${formatException(wide)}`,
    {
      value,
      hint: "name the devices one by one instead of by a wildcard",
    },
  );
}
