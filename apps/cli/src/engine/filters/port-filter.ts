import { UserError } from "../../user-error.ts";
import { type Filters, valuesOf } from "./filters.ts";

/**
 * The ports of `publish=` and `expose=`, as `80/tcp`: `80`, `80/udp`, `8000-8010/tcp`.
 *
 * @throws UserError in docker's words
 */
export function portsOf(filters: Filters, key: "publish" | "expose"): ReadonlySet<string> {
  return new Set(valuesOf(filters, key).flatMap((value) => portsOfRange(key, value)));
}

function portsOfRange(key: string, value: string): string[] {
  if (value.includes(":")) throw new UserError(`filter for '${key}' should not contain ':': ${value}`, { hint: HINT });
  const [numbers = "", protocol = ""] = value.split("/");
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(numbers) ?? [];
  const [start, end] = [Number(first), Number(last)];
  const proto = protocol === "" ? "tcp" : protocol;
  const isRange = first !== undefined && start <= end && end <= 65_535 && PROTOCOLS.includes(proto);
  if (!isRange) throw new UserError(`error while looking up for ${key} ${value}: invalid port`, { hint: HINT });
  return Array.from({ length: end - start + 1 }, (_, index) => `${start + index}/${proto}`);
}

const PROTOCOLS = ["tcp", "udp", "sctp"];
const HINT = "a port or a range, with a protocol: 80, 53/udp, 8000-8010/tcp";
