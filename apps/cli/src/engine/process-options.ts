import type { Rlimit } from "@wb/security";
import type { RunFlags } from "../commands/run-flags.ts";
import type { DeviceRule } from "../oci/resources.ts";
import { bytesOption } from "./options/bytes.ts";
import { parseDeviceRule } from "./options/device-rule.ts";
import { type DeviceOption, parseDevice } from "./options/device.ts";
import { flagError, parseFor } from "./options/flag-error.ts";
import { parseGroupAdd } from "./options/group-add.ts";
import { sysctlsOf } from "./options/sysctl.ts";
import { ulimitsOf } from "./options/ulimit.ts";
import { wholeNumber } from "./options/whole-number.ts";

/** What a container's processes may use, and what the kernel is told of them. */
export interface ProcessOptions {
  readonly devices: readonly DeviceOption[];
  readonly deviceRules: readonly DeviceRule[];
  /** Names of the container's groups, or numbers. */
  readonly groupAdd: readonly (string | number)[];
  /** -1000 to 1000 */
  readonly oomScoreAdj: number | undefined;
  /** Bytes; undefined: 64 MiB. */
  readonly shmSize: number | undefined;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly ulimits: readonly Rlimit[];
}

/** @throws UserError in docker's words */
export function processOptions(flags: RunFlags): ProcessOptions {
  const { device = [], sysctl = [], ulimit = [] } = flags;
  return {
    devices: device.map(parseDevice),
    deviceRules: (flags["device-cgroup-rule"] ?? []).map(parseDeviceRule),
    groupAdd: (flags["group-add"] ?? []).map(parseGroupAdd),
    oomScoreAdj: flags["oom-score-adj"] === undefined ? undefined : oomScoreAdj(flags["oom-score-adj"]),
    shmSize: flags["shm-size"] === undefined ? undefined : shmSize(flags["shm-size"]),
    sysctls: sysctlsOf(sysctl),
    ulimits: ulimitsOf(ulimit),
  };
}

/** moby, daemon/daemon_unix.go, verifyPlatformContainerSettings. */
function oomScoreAdj(text: string): number {
  const score = Number(parseFor("--oom-score-adj", text, wholeNumber));
  if (score < -1000 || score > 1000)
    throw flagError("--oom-score-adj", text, `Invalid value ${score}, range for oom score adj is [-1000, 1000]`);
  return score;
}

/** 0 is docker's way to say that it is not given. */
function shmSize(text: string): number | undefined {
  const size = bytesOption("--shm-size", text);
  return size === 0 ? undefined : size;
}
