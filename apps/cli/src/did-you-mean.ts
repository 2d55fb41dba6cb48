/**
 * The hint for a command or a flag that there is not: `did you mean ps?`, `did you mean start, stats or status?`; undefined
 * where none of those that there are is near.
 *
 * @param word as it was typed: `pss`, `--dettach`
 * @param candidates written like the word
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, candidates);
  const last = near.at(-1);
  if (last === undefined) return undefined;
  return `did you mean ${near.length === 1 ? last : `${near.slice(0, -1).join(", ")} or ${last}`}?`;
}

/** Those that are as near as any, three at most, sorted. */
function nearest(word: string, candidates: Iterable<string>): string[] {
  const typed = word.toLowerCase();
  const letters = typed.replace(/^-+/, "").length;
  const scored = [...new Set(candidates)].map((candidate) => {
    const other = candidate.toLowerCase();
    // Half a word is as good as a slip of the finger.
    const isBeginning = letters >= 2 && other.startsWith(typed);
    return { candidate, score: isBeginning ? 1 : editDistance(typed, other) };
  });
  const best = Math.min(...scored.map(({ score }) => score));
  if (best > mostEdits(letters)) return [];
  return scored
    .filter(({ score }) => score === best)
    .map(({ candidate }) => candidate)
    .toSorted()
    .slice(0, 3);
}

/** A short word is near to anything. */
function mostEdits(letters: number): number {
  return letters < 2 ? 0 : letters < 5 ? 1 : 2;
}

/** How many letters are too many, missing, wrong, or swapped with the one beside (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line++) {
    const next = [line];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[line - 1] === other[column - 1];
      const isSwapped = one[line - 1] === other[column - 2] && one[line - 2] === other[column - 1];
      next.push(
        Math.min(
          at(row, column) + 1,
          at(next, column - 1) + 1,
          at(row, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return at(row, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
