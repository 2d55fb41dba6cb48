import { CgroupError } from "./error.ts";

/** @throws CgroupError for what cannot be the key of a line: a device, a resource, a network interface */
export function checkKey(file: string, key: string): void {
  if (/^[^\s=]+$/.test(key)) return;
  throw new CgroupError("WB_CGROUP_LIMIT", `${file} cannot have a line for ${JSON.stringify(key)}`, { value: key });
}
