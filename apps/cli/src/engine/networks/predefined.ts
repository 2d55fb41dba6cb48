import { DEFAULT_NETWORK } from "../options/network-mode.ts";

/** Networks that docker lists, and that are none: this machine's own, and no network at all. */
export const PREDEFINED: readonly { readonly id: string; readonly name: string; readonly driver: string }[] = [
  { name: "host", driver: "host", id: idOf("host") },
  { name: "none", driver: "null", id: idOf("none") },
];

/** Whether nobody may make or remove a network of the name. */
export function isPredefined(name: string): boolean {
  return name === DEFAULT_NETWORK || PREDEFINED.some((one) => one.name === name);
}

/** As long as an id, and the same on each machine. */
function idOf(name: string): string {
  return Buffer.from(`wb ${name} network`).toString("hex").padEnd(64, "0");
}
