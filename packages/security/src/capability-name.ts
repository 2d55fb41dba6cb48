import { CAP } from "@wb/syscall";

/** A set of capabilities: bit CAP_CHOWN (0), bit CAP_DAC_OVERRIDE (1) and so on, as /proc/pid/status prints it. */
export type CapabilityMask = bigint;

/** All capabilities that have a name here: those of Linux 5.9. A newer kernel may have more, a numbered `CAP_41` for example. */
export const ALL_CAPABILITIES: CapabilityMask = maskOf(Object.values(CAP));

/**
 * The mask of some capabilities, capabilities(7), by names as docker's users write them: upper or lower case, with `CAP_`
 * or without, or `ALL`.
 *
 * @throws UnknownCapabilityError
 * @example
 * capabilityMask(["CHOWN", "cap_kill"]); // 0x21n
 */
export function capabilityMask(names: readonly string[]): CapabilityMask {
  return names.reduce((mask, name) => mask | parseCapability(name), 0n);
}

/**
 * The names in a mask, by their numbers; one that is newer than this list is called `CAP_41`.
 *
 * @example
 * capabilityNames(0x21n); // ["CAP_CHOWN", "CAP_KILL"]
 */
export function capabilityNames(mask: CapabilityMask): string[] {
  return capabilityNumbers(mask).map(capabilityName);
}

/** The name of a number. */
export function capabilityName(number: number): string {
  return `CAP_${NAMES.get(number) ?? number}`;
}

/** The numbers in a mask. */
export function capabilityNumbers(mask: CapabilityMask): number[] {
  return Array.from({ length: 64 }, (_, number) => number).filter((number) => ((mask >> BigInt(number)) & 1n) === 1n);
}

/** A name that is no capability's. */
export class UnknownCapabilityError extends Error {
  readonly code = "WB_UNKNOWN_CAPABILITY";
  /** The name as it was given. */
  readonly capability: string;
  /** What may have been meant. */
  readonly hint?: string;

  constructor(capability: string) {
    const similar = similarNames(capability);
    const hint = similar.length === 0 ? undefined : `did you mean ${similar.join(" or ")}?`;
    super(`unknown capability ${JSON.stringify(capability)}${hint === undefined ? "" : `: ${hint}`}`);
    this.capability = capability;
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(UnknownCapabilityError.prototype, "name", {
  value: "UnknownCapabilityError",
  configurable: true,
  writable: true,
});

function parseCapability(text: string): CapabilityMask {
  const upper = text.toUpperCase();
  if (upper === "ALL") return ALL_CAPABILITIES;
  const name = bareName(text);
  const number = name in CAP ? CAP[name as keyof typeof CAP] : newerNumber(name);
  if (number === undefined) throw new UnknownCapabilityError(text);
  return 1n << BigInt(number);
}

/** What {@link capabilityName} made of a number without a name. */
function newerNumber(name: string): number | undefined {
  const number = /^[1-6]\d$/u.test(name) ? Number(name) : Number.NaN;
  return number < 64 && !NAMES.has(number) ? number : undefined;
}

function bareName(text: string): string {
  return text.toUpperCase().replace(/^CAP_/u, "");
}

function maskOf(numbers: readonly number[]): CapabilityMask {
  return numbers.reduce((mask, number) => mask | (1n << BigInt(number)), 0n);
}

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(CAP).map(([name, number]) => [number, name]));

const MOST_SUGGESTIONS = 3;

/** The names that differ least, or that contain the text. */
function similarNames(text: string): string[] {
  const wanted = bareName(text).replaceAll("-", "_");
  const tolerated = Math.max(1, Math.floor(wanted.length / 4));
  const rated = ["ALL", ...Object.keys(CAP)].map((name) => ({ name, distance: editDistance(wanted, name) }));
  const near = rated.filter(({ distance }) => distance <= tolerated).toSorted((a, b) => a.distance - b.distance);
  const containing = rated.filter(({ name }) => wanted.length > 2 && name.includes(wanted));
  const found = near.length > 0 ? near : containing;
  return found.slice(0, MOST_SUGGESTIONS).map(({ name }) => name);
}

/** How many characters must be added, removed or changed: Levenshtein's distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [above, character] of Array.from(from).entries()) {
    const next = [above + 1];
    for (const [index, other] of Array.from(to).entries()) {
      const [left = 0, diagonal = 0, up = 0] = [next[index], row[index], row[index + 1]];
      next.push(Math.min(left + 1, up + 1, diagonal + (character === other ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
