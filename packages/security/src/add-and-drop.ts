import { ALL_CAPABILITIES, capabilityMask, type CapabilityMask } from "./capability-name.ts";

/** The 14 capabilities that docker leaves a container. */
export const DOCKER_CAPABILITIES: CapabilityMask = 0xa804_25fbn;

/**
 * Adds and drops capabilities as docker's `--cap-add` and `--cap-drop` do, whatever their order on the command line: with
 * `ALL` added, all but the dropped ones; with `ALL` dropped, just the added ones; otherwise what is both dropped and added
 * is there.
 *
 * @throws UnknownCapabilityError
 * @example
 * capabilityNames(addAndDrop(DOCKER_CAPABILITIES, ["NET_ADMIN"], ["ALL"])); // ["CAP_NET_ADMIN"]
 */
export function addAndDrop(base: CapabilityMask, add: readonly string[], drop: readonly string[]): CapabilityMask {
  const added = capabilityMask(add.filter(isNamed));
  const dropped = capabilityMask(drop.filter(isNamed));
  if (add.some(isAll)) return ALL_CAPABILITIES & ~dropped;
  if (drop.some(isAll)) return added;
  return (base & ~dropped) | added;
}

function isAll(name: string): boolean {
  return name.toUpperCase() === "ALL";
}

function isNamed(name: string): boolean {
  return !isAll(name);
}
