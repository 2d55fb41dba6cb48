/**
 * `cpu.weight` for a v1 `cpu.shares`: the quadratic curve through (2, 1), (1024, 100) and (262144, 10000), so that the
 * least, the default and the greatest of one are those of the other:
 *
 *     l = log2(shares); weight = ceil(10 ^ ((l² + 125 l) / 612 - 7 / 34))
 *
 * runc since 1.3.2 (`ConvertCPUSharesToCgroupV2Value`, opencontainers/cgroups utils.go) and crun since 1.23
 * (`convert_shares_to_weight`) have it; before, both went in a straight line that made 1024 shares 39.
 *
 * @param shares clamped to 2 … 262144
 */
export function sharesToWeight(shares: number): number {
  if (shares <= SHARES.min) return WEIGHT.min;
  if (shares >= SHARES.max) return WEIGHT.max;
  return Math.ceil(10 ** exponentOf(shares));
}

/**
 * The v1 `cpu.shares` for a `cpu.weight`: the greatest whose weight it is, so that {@link sharesToWeight} gives the weight
 * back, and 1, 100 and 10000 give 2, 1024 and 262144.
 *
 * @param weight clamped to 1 … 10000
 */
export function weightToShares(weight: number): number {
  if (weight <= WEIGHT.min) return SHARES.min;
  if (weight >= WEIGHT.max) return SHARES.max;
  // The positive root of l² + 125 l = 612 (log10(weight) + 7 / 34). The curve is so flat that its floor is never
  // further than one from the answer; floating point may put it one above or below.
  const l = (-125 + Math.sqrt(125 ** 2 + 4 * (612 * Math.log10(weight) + 126))) / 2;
  const near = Math.floor(2 ** l);
  return [near + 1, near].find((shares) => sharesToWeight(shares) <= weight) ?? near - 1;
}

/**
 * The weight of the BFQ scheduler, 1 to 1000, for an `io.weight`: the same up to the default of 100, and above it so that the
 * greatest of one is that of the other. systemd has it (`BFQ_WEIGHT`, src/shared/cgroup-setup.h).
 *
 * @param weight 1 … 10000
 */
export function weightToBfq(weight: number): number {
  return weight <= 100 ? weight : Math.floor(100 + ((weight - 100) * 900) / 9900);
}

/**
 * The `io.weight` for a weight of the BFQ scheduler, the least that {@link weightToBfq} makes it of.
 *
 * @param weight clamped to 1 … 1000
 */
export function bfqToWeight(weight: number): number {
  const clamped = Math.min(Math.max(weight, 1), 1000);
  return clamped <= 100 ? clamped : 100 + (clamped - 100) * 11;
}

export const SHARES = { min: 2, max: 262_144 } as const;
export const WEIGHT = { min: 1, max: 10_000 } as const;

function exponentOf(shares: number): number {
  const l = Math.log2(shares);
  return (l * l + 125 * l) / 612 - 7 / 34;
}
