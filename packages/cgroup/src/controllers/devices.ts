import type { Current, Write } from "../controller.ts";
import type { DevicePolicy } from "../devices/policy.ts";
import { formatException } from "../devices/rule.ts";

/**
 * Documentation/admin-guide/cgroup-v1/devices.rst (Linux 2.6.26): "a" sets the answer for all devices and forgets the
 * exceptions, each line after it is one exception. v2 has no such controller, but a BPF program: devices/program.ts.
 *
 * Where nothing is allowed but a list, only what differs from it is written, for the processes in the group would
 * otherwise see a moment without any device.
 */
export function deviceWrites({ allow, exceptions }: DevicePolicy, current: Current): Write[] {
  const lines = exceptions.map((one) => formatException(one));
  const list = current("devices.list");
  const listed = (list ?? EVERYTHING).split("\n").filter((line) => line !== "");
  const allowsAll = listed.includes(EVERYTHING);
  if (!allow && !allowsAll) return difference(lines, listed);
  const [answer, exception] = allow ? ([ALLOW, DENY] as const) : ([DENY, ALLOW] as const);
  // A new group allows what its parent allows, which may be less than "a": asking for all would be refused (EPERM).
  const reset = allow && list === undefined ? [] : [{ file: answer, value: "a", undo: restored(allowsAll, listed) }];
  return [...reset, ...lines.map((value) => ({ file: exception, value, undo: [] }))];
}

const ALLOW = "devices.allow";
const DENY = "devices.deny";
const EVERYTHING = "a *:* rwm";

/** The kernel does not show what is excepted from "everything": these exceptions cannot be restored. */
function restored(allowsAll: boolean, listed: readonly string[]): Write[] {
  if (allowsAll) return [{ file: ALLOW, value: "a" }];
  return [{ file: DENY, value: "a" }, ...listed.map((value) => ({ file: ALLOW, value }))];
}

/** What takes back a line that was written into `devices.allow` or `devices.deny`. */
export function legacyDeviceUndo(file: string, value: string, current: Current): Write[] {
  const listed = (current("devices.list") ?? EVERYTHING).split("\n").filter((line) => line !== "");
  const allowsAll = listed.includes(EVERYTHING);
  if (/^a\b/.test(value)) return restored(allowsAll, listed);
  // What is excepted from "everything" is not shown: the same line the other way round is all that is known.
  if (allowsAll) return [{ file: file === ALLOW ? DENY : ALLOW, value }];
  if (file === ALLOW) return beyond([value], listed).map((line) => ({ file: DENY, value: line }));
  return listed.map((line) => ({ file: ALLOW, value: line }));
}

/** From one list of what is allowed to another. What is new comes first. The kernel adds the accesses of a device up. */
function difference(wanted: readonly string[], listed: readonly string[]): Write[] {
  const change = (file: string, takesBack: string, value: string): Write => ({
    file,
    value,
    undo: [{ file: takesBack, value }],
  });
  return [
    ...beyond(wanted, listed).map((line) => change(ALLOW, DENY, line)),
    ...beyond(listed, wanted).map((line) => change(DENY, ALLOW, line)),
  ];
}

/** What some lines allow beyond others: `c 1:3 w` for `c 1:3 rw` against `c 1:3 r`. */
function beyond(some: readonly string[], others: readonly string[]): string[] {
  return some.flatMap((line) => {
    const { device, access } = parseLine(line);
    const same = others.map(parseLine).filter((other) => other.device === device);
    const rest = access.split("").filter((letter) => !same.some((other) => other.access.includes(letter)));
    return rest.length === 0 ? [] : [`${device} ${rest.join("")}`];
  });
}

function parseLine(line: string): { readonly device: string; readonly access: string } {
  const end = line.lastIndexOf(" ");
  return { device: line.slice(0, end), access: line.slice(end + 1) };
}
