import type { SpecDevice, SpecIntelRdt, SpecLinux } from "../spec-linux.ts";
import type { Problem } from "./config-error.ts";
import { expectAbsolute, expectThat } from "./problem.ts";

/** Rules of the rest of `linux`. */
export function linuxRules(linux: SpecLinux): Problem[] {
  return [
    ...(linux.devices ?? []).flatMap((device, index) => deviceRules(device, `linux.devices[${index}]`)),
    ...["maskedPaths" as const, "readonlyPaths" as const].flatMap((field) =>
      (linux[field] ?? []).flatMap((path, index) => expectAbsolute(path, `linux.${field}[${index}]`)),
    ),
    ...netDeviceRules(linux.netDevices ?? {}),
    ...(linux.intelRdt === undefined ? [] : rdtRules(linux.intelRdt)),
  ];
}

/** mknod(2); the sizes are MINORBITS of linux/kdev_t.h. */
function deviceRules({ path, type, major, minor }: SpecDevice, at: string): Problem[] {
  const number = (name: string, value: number | undefined, most: number): Problem[] => {
    if (type === "p") return [];
    if (value === undefined)
      return [{ path: `${at}.${name}`, message: "missing: the number of the device was expected" }];
    return expectThat(value >= 0 && value <= most, `${at}.${name}`, value, `0 to ${most} was expected`);
  };
  return [
    ...expectAbsolute(path, `${at}.path`),
    ...number("major", major, 2 ** 12 - 1),
    ...number("minor", minor, 2 ** 20 - 1),
  ];
}

/** dev_valid_name() of net/core/dev.c. */
function netDeviceRules(devices: NonNullable<SpecLinux["netDevices"]>): Problem[] {
  const isName = (name: string): boolean =>
    name.length < 16 && name !== "." && name !== ".." && !/[\s/:]/.test(name) && name !== "";
  const expected = "the name of a network device was expected: up to 15 characters without /, : and spaces";
  const names = Object.entries(devices).map(([device, { name }]) => name ?? device);
  return Object.entries(devices).flatMap(([device, { name = device }], index) => [
    ...expectThat(isName(device), "linux.netDevices", device, expected),
    ...expectThat(isName(name), `linux.netDevices.${device}.name`, name, expected),
    ...expectThat(
      names.indexOf(name) === index,
      "linux.netDevices",
      name,
      "each name in the container was expected once",
    ),
  ]);
}

/** A directory of resctrl, and lines of a file. */
function rdtRules({ closID, schemata = [], l3CacheSchema = "" }: SpecIntelRdt): Problem[] {
  const isName = closID === undefined || (closID !== "." && closID !== ".." && !/[\n/]/.test(closID));
  return [
    // "/" is the default group.
    ...expectThat(isName || closID === "/", "linux.intelRdt.closID", closID, "a name without / was expected"),
    ...expectThat(
      !l3CacheSchema.includes("\n"),
      "linux.intelRdt.l3CacheSchema",
      l3CacheSchema,
      "one line was expected",
    ),
    ...schemata.flatMap((line, index) =>
      expectThat(!line.includes("\n"), `linux.intelRdt.schemata[${index}]`, line, "one line was expected"),
    ),
  ];
}
