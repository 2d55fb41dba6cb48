import { existsSync, readdirSync } from "node:fs";

/** Paths that a container may not see, because they tell of the host or reach into it: those of docker. */
export const MASKED_PATHS: readonly string[] = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts", // GHSA-6fw5-f8r9-fgfm: keystrokes of other containers
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/sys/devices/virtual/powercap", // GHSA-jq35-85cj-fj4p: power consumption tells of other containers
  "/sys/firmware",
];

/** Paths that a container may read: those of docker. */
export const READONLY_PATHS: readonly string[] = [
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
];

/**
 * {@link MASKED_PATHS}, and of each of this machine's processors the `thermal_throttle` directory, where it has one
 * (GHSA-6fw5-f8r9-fgfm).
 */
export function maskedPaths(): string[] {
  return [...MASKED_PATHS, ...thermalThrottle()];
}

const PROCESSORS = "/sys/devices/system/cpu";

function thermalThrottle(): string[] {
  if (!existsSync(PROCESSORS)) return [];
  const processors = readdirSync(PROCESSORS).filter((name) => /^cpu\d+$/u.test(name));
  return processors.map((name) => `${PROCESSORS}/${name}/thermal_throttle`).filter((path) => existsSync(path));
}
