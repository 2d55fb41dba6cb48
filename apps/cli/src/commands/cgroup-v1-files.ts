import { bfqToWeight, sharesToWeight } from "@wb/cgroup";

/** What a file of the group holds; undefined where there is none. */
export type Files = (file: string) => string | undefined;

/** A number as v2 writes it: v1 has -1, or the largest multiple of a page, for "no limit". */
export function limitOf(file: string): (files: Files) => string | undefined {
  return (files) => {
    const text = files(file)?.trim();
    if (text === undefined) return undefined;
    return text.startsWith("-") || Number(text) >= UNLIMITED ? "max" : text;
  };
}

/** PAGE_COUNTER_MAX is 2⁶³ less up to a page of 64 KiB. */
export const UNLIMITED: number = 2 ** 63 - 2 ** 17;

/** `memory.swap.max`: v1 has the sum of memory and swap. */
export function swapMaxOf(files: Files): string | undefined {
  const [sum, limit] = ["memory.memsw.limit_in_bytes", "memory.limit_in_bytes"].map((file) => limitOf(file)(files));
  if (sum === undefined || sum === "max" || limit === undefined || limit === "max") return sum;
  return String(Math.max(0, Number(sum) - Number(limit)));
}

/** `cpu.max`: `50000 100000`. */
export function cpuMaxOf(files: Files): string | undefined {
  const quota = limitOf("cpu.cfs_quota_us")(files);
  return quota === undefined ? undefined : `${quota} ${files("cpu.cfs_period_us")?.trim()}`;
}

/** `cpu.weight`, which v2 shows as 0 for a group that is idle. */
export function cpuWeightOf(files: Files): string | undefined {
  const shares = files("cpu.shares")?.trim();
  if (shares === undefined) return undefined;
  return files("cpu.idle")?.trim() === "1" ? "0" : String(sharesToWeight(Number(shares)));
}

/** `io.weight`: `default 100`, and a line for each device with another. */
export function ioWeightOf(files: Files): string | undefined {
  const weight = files("blkio.bfq.weight")?.trim();
  if (weight === undefined) return undefined;
  const rows = linesOf(files("blkio.bfq.weight_device")).filter(([device]) => device !== "default");
  return [["default", weight], ...rows].map(([key, value]) => `${key} ${bfqToWeight(Number(value))}`).join("\n");
}

/** `io.max`: a line for each device that has a limit in one of v1's four files. */
export function ioMaxOf(files: Files): string | undefined {
  const texts = Object.entries(THROTTLES).map(([name, file]) => [name, files(file)] as const);
  if (texts.every(([, text]) => text === undefined)) return undefined;
  const rates = texts.flatMap(([name, text]) => linesOf(text).map(([device, rate]) => ({ device, name, rate })));
  const devices = [...new Set(rates.map(({ device }) => device))];
  const rateOf = (device: string | undefined, name: string): string =>
    rates.find((one) => one.device === device && one.name === name)?.rate ?? "max";
  const names = Object.keys(THROTTLES);
  return devices
    .map((device) => `${device} ${names.map((name) => `${name}=${rateOf(device, name)}`).join(" ")}`)
    .join("\n");
}

const THROTTLES: Readonly<Record<string, string>> = {
  rbps: "blkio.throttle.read_bps_device",
  wbps: "blkio.throttle.write_bps_device",
  riops: "blkio.throttle.read_iops_device",
  wiops: "blkio.throttle.write_iops_device",
};

function linesOf(text: string | undefined): (readonly [string, string])[] {
  const lines = (text ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [key = "", value = ""] = line.split(/\s+/);
    return [key, value] as const;
  });
}
