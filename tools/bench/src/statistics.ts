/** How a quantity spreads: the middle, and between what eight of ten samples lie. */
export interface Spread {
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
}

export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  return { p10: quantile(sorted, 0.1), median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}

/** What each sample is to the one of the same round: what slows a round down slows both. */
export function ratios(samples: readonly number[], to: readonly number[]): number[] {
  return samples.map((sample, round) => sample / (to[round] ?? Number.NaN));
}

/** Between two samples in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError("no samples");
  return below + (above - below) * (place - Math.floor(place));
}
