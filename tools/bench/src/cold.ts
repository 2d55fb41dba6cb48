import { join } from "node:path";
import { byChildProcess, type Contender } from "./contender.ts";
import { runWords } from "./docker-like.ts";
import type { Places } from "./peers.ts";

/** `./wb run` of this checkout: a shell that becomes Node. */
export function wbCold({ root }: Places): Contender {
  const words: readonly [string, ...string[]] = [wb, "run", ...runWords(root)];
  return {
    name: "./wb run",
    how: words.join(" ").replace(repository, "."),
    prepare: (job) => byChildProcess([...words, ...job.argv], job),
  };
}

const repository = join(import.meta.dirname, "../../..");
const wb = join(repository, "wb");
