/** The name that was probably meant: at most two letters away, and fewer than it has. */
export function nearName(written: string, names: readonly string[]): string | undefined {
  // Long words are no misspelt names, and the table of distances would be as large as they are long.
  if (written.length > 40) return undefined;
  const [nearest] = names
    .map((name) => ({ name, distance: distance(written, name) }))
    .toSorted((left, right) => left.distance - right.distance);
  return nearest && nearest.distance <= Math.min(2, nearest.name.length - 1) ? nearest.name : undefined;
}

/** Levenshtein's. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let at = 1; at <= left.length; at++) {
    const next = [at];
    for (let column = 1; column <= right.length; column++) {
      const same = left[at - 1] === right[column - 1] ? 0 : 1;
      next.push(Math.min((row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (row[column - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
