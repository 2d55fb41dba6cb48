import { ADJECTIVES } from "./adjectives.ts";
import { shortId } from "./short-id.ts";
import { SURNAMES } from "./surnames.ts";

/**
 * Names for a container that nobody named, each to be tried when the one before is taken: `agile_turing`, then five with a
 * digit, `mellow_noether7`, as docker's (moby, daemon/names.go), and at last the beginning of its id.
 *
 * @param random numbers from 0 to below 1
 */
export function* nameCandidates(id: string, random: () => number = Math.random): Generator<string, void> {
  yield pair(random);
  for (let tries = 1; tries < MOST_PAIRS; tries++) yield `${pair(random)}${Math.floor(random() * 10)}`;
  yield shortId(id);
}

const MOST_PAIRS = 6;

/** Never boring_wozniak, since nothing here is boring: docker's refuses that pair. */
function pair(random: () => number): string {
  return `${one(ADJECTIVES, random)}_${one(SURNAMES, random)}`;
}

function one(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? "";
}
