import { CgroupError } from "../error.ts";

/** A rule of OCI's `linux.resources.devices`, config-linux.md, "Allowed Device list". */
export interface DeviceRule {
  readonly allow: boolean;
  /** `b`: block devices, `c`: character devices, `a` or none: both. */
  readonly type?: "a" | "b" | "c";
  /** Default: every one. */
  readonly major?: number;
  /** Default: every one. */
  readonly minor?: number;
  /** `r`ead, `w`rite, `m`knod. Default: `rwm`. */
  readonly access?: string;
}

/** What may be done with a device, BPF_DEVCG_ACC_* of linux/bpf.h. */
const ACCESS = { m: 1, r: 2, w: 4 } as const;
export const ALL_ACCESS = 7;

/** Device numbers of Linux: 12 and 20 bits. */
const MAJOR_MAX = 0xfff;
const MINOR_MAX = 0xf_ffff;

/** A rule for one type, with its access as bits. */
export interface DeviceException {
  readonly type: "b" | "c";
  readonly major?: number;
  readonly minor?: number;
  readonly access: number;
}

/** Checks a rule, and takes it apart into one for each type. @throws CgroupError for what is no rule */
export function exceptionsOf(rule: DeviceRule): DeviceException[] {
  const { type = "a", major, minor, access = "rwm" } = rule;
  if (!/^[abc]$/.test(type) || !/^[rwm]+$/.test(access) || !isNumber(major, MAJOR_MAX) || !isNumber(minor, MINOR_MAX)) {
    throw new CgroupError("WB_CGROUP_LIMIT", `${formatRule(rule)} is no rule for devices`, {
      value: formatRule(rule),
      hint: `a rule has the type a, b or c, a major number up to ${MAJOR_MAX}, a minor number up to ${MINOR_MAX}, and an access of r, w and m`,
    });
  }
  const bits = access.split("").reduce((sum, letter) => sum | ACCESS[letter as keyof typeof ACCESS], 0);
  const types: readonly ("b" | "c")[] = type === "a" ? ["b", "c"] : [type];
  return types.map((one) => ({
    type: one,
    ...(major === undefined ? {} : { major }),
    ...(minor === undefined ? {} : { minor }),
    access: bits,
  }));
}

/** `c 1:3 rwm`, `b *:* m`: a line of v1's devices.list. */
export function formatException({ type, major, minor, access }: DeviceException): string {
  const letters = (["r", "w", "m"] as const).filter((letter) => (access & ACCESS[letter]) !== 0);
  return `${type} ${major ?? "*"}:${minor ?? "*"} ${letters.join("")}`;
}

function formatRule({ allow, type = "a", major, minor, access = "rwm" }: DeviceRule): string {
  return `${allow ? "allow" : "deny"} ${type} ${major ?? "*"}:${minor ?? "*"} ${access}`;
}

function isNumber(value: number | undefined, max: number): boolean {
  return value === undefined || (Number.isInteger(value) && value >= 0 && value <= max);
}
