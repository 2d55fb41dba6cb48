import type { Current, Write } from "../controller.ts";
import type { DevicePolicy } from "../devices/policy.ts";
import { formatException } from "../devices/rule.ts";

/**
 * Documentation/admin-guide/cgroup-v1/devices.rst (Linux 2.6.26): "a" sets the answer for all devices and forgets the
 * exceptions, each line after it is one exception. v2 has no such controller, but a BPF program: devices/program.ts.
 */
export function deviceWrites({ allow, exceptions }: DevicePolicy, current: Current): Write[] {
  const [answer, exception] = allow ? ["devices.allow", "devices.deny"] : ["devices.deny", "devices.allow"];
  // A new group allows what its parent allows, which may be less than "a": asking for all would be refused (EPERM).
  const isFresh = (current("devices.list") ?? EVERYTHING).trim() === EVERYTHING;
  const reset = allow && isFresh ? [] : [{ file: answer, value: "a" }];
  return [...reset, ...exceptions.map((one) => ({ file: exception, value: formatException(one) }))];
}

const EVERYTHING = "a *:* rwm";
