import { type Limits, parseSize } from "@wb/cgroup";
import { usage } from "../flags.ts";
import { cgroupKey } from "./cgroup-keys.ts";

/** Which version has a controller; undefined for one that is on none. */
export type VersionOf = (controller: string) => 1 | 2 | undefined;

/**
 * The limits of `KEY=VALUE` words: the names of v2's files (cgroup-v2.rst) on either version, and v1's own. Other keys are
 * files, written as they are. Values are checked by `@wb/cgroup`, which knows their ranges; here is only what they are.
 *
 * @throws UserError for a word that is no setting
 */
export function parseSettings(words: readonly string[], versionOf: VersionOf = () => 2): Limits {
  const all = words.map((word) => parseSetting(word, versionOf));
  return inOneWord(all.reduce((sum, one) => merged(sum, one) as Limits, {}));
}

/**
 * v1's limit of memory and swap together with that of memory: which of them is written first depends on what they are now,
 * and is known for the limit of swap alone.
 */
function inOneWord(limits: Limits): Limits {
  const { [SUM]: sum, ...legacy } = limits.legacy ?? {};
  const [bytes, max] = [parseSize(sum ?? ""), parseSize(String(limits.memory?.max))];
  if (max === undefined || (bytes === undefined && sum !== "-1")) return limits;
  const swapMax = bytes === undefined ? "max" : bytes - max;
  if (swapMax !== "max" && swapMax < 0)
    throw usage("cgroup", `${SUM}=${sum} is less than the limit of memory alone, ${max}`);
  return { ...limits, legacy, memory: { ...limits.memory, swapMax } };
}

const SUM = "memory.memsw.limit_in_bytes";

function parseSetting(word: string, versionOf: VersionOf): Limits {
  const equals = word.indexOf("=");
  const [key, value] = [word.slice(0, Math.max(equals, 0)), word.slice(equals + 1).trim()];
  const row = cgroupKey(key);
  if (value === "" && isKey(key) && !MAY_BE_EMPTY.includes(key))
    throw usage(
      "cgroup",
      `${key} has no value: KEY=VALUE is meant, and only a list of CPUs or memory nodes may be empty`,
    );
  if (row !== undefined) return row.set(value, key);
  const [, controller] = FILE.exec(key) ?? [];
  if (controller === undefined)
    throw usage("cgroup", `invalid setting ${JSON.stringify(word)}: KEY=VALUE is meant, such as memory.max=64m`);
  return versionOf(controller) === 1 ? { legacy: { [key]: value } } : { unified: { [key]: value } };
}

const FILE = /^([a-z_\d]+)\.[\w.]+$/;

function isKey(key: string): boolean {
  return cgroupKey(key) !== undefined || FILE.test(key);
}

/** The kernel empties these; of other files it takes an empty text for 0, or for nothing at all. */
const MAY_BE_EMPTY: readonly string[] = ["cpuset.cpus", "cpuset.mems", "cpuset.cpus.exclusive"];

function merged(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return [...(one as unknown[]), ...(other as unknown[])];
  if (!isRecord(one) || !isRecord(other)) return other;
  const both = Object.keys(other).map((key) => [key, key in one ? merged(one[key], other[key]) : other[key]]);
  return { ...one, ...Object.fromEntries(both) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
