import { type Comparison, KINDS } from "./comparisons.ts";
import type { Samples } from "./interleave.ts";
import { type Isolation, TOPICS } from "./observe.ts";
import { ratios, type Spread, spread } from "./statistics.ts";

/** A comparison's figures. */
export interface Result {
  readonly kind: string;
  readonly other: string;
  readonly wb: string;
  /** What the other takes for what wb takes, round by round: more than 1 means that wb is faster. */
  readonly ratio: Spread;
  readonly cpuRatio: Spread;
  /** Medians in milliseconds. */
  readonly wallMs: { readonly other: number; readonly wb: number };
  readonly cpuMs: { readonly other: number; readonly wb: number };
}

export function resultOf({ kind, other, wb }: Comparison, samples: ReadonlyMap<string, Samples>): Result {
  const [theirs, ours] = [other, wb].map(({ name }) => samples.get(name));
  if (theirs === undefined || ours === undefined) throw new Error(`${other.name} or ${wb.name} was not measured`);
  const median = (values: readonly number[]): number => spread(values).median;
  return {
    kind,
    other: other.name,
    wb: wb.name,
    ratio: spread(ratios(theirs.wall, ours.wall)),
    cpuRatio: spread(ratios(theirs.cpu, ours.cpu)),
    wallMs: { other: median(theirs.wall), wb: median(ours.wall) },
    cpuMs: { other: median(theirs.cpu), wb: median(ours.cpu) },
  };
}

const HEADINGS = ["", "against", "time ×", "p10–p90", "CPU ×", "p10–p90", "time, ms", "CPU, ms"];

/** The table, a section for each kind of comparison. */
export function table(results: readonly Result[]): string {
  const sections = KINDS.map((kind) => ({ kind, rows: results.filter((result) => result.kind === kind).map(cells) }));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(...[heading, ...sections.flatMap(({ rows }) => rows.map((row) => row[column] ?? ""))].map((cell) => cell.length)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ");
  return [
    line(HEADINGS),
    ...sections.flatMap(({ kind, rows }) => (rows.length === 0 ? [] : [`\n${kind}`, ...rows.map(line)])),
  ].join("\n");
}

function cells({ other, wb, ratio, cpuRatio, wallMs, cpuMs }: Result): string[] {
  const range = ({ p10, p90 }: Spread): string => `${digits(p10)}–${digits(p90)}`;
  const pair = (ms: Result["wallMs"]): string => `${digits(ms.other)} : ${digits(ms.wb)}`;
  return [other, wb, digits(ratio.median), range(ratio), digits(cpuRatio.median), range(cpuRatio), pair(wallMs), pair(cpuMs)];
}

function digits(number: number): string {
  return number.toFixed(number < 9.95 ? 2 : 1);
}

/** What a contender does and what its command found inside; of the second side only what differs from the first. */
export function isolationText(comparison: Comparison, isolations: ReadonlyMap<string, Isolation>): string {
  const { other, wb } = comparison;
  const [theirs, ours] = [isolations.get(other.name), isolations.get(wb.name)];
  const lines = TOPICS.flatMap((topic) => {
    const [their, our] = [theirs?.[topic] ?? [], ours?.[topic] ?? []];
    const [only, extra] = [without(their, our), without(our, their)];
    return [
      `  ${topic.padEnd(10)} ${listed(their, topic)}`,
      ...(only.length + extra.length === 0 ? [] : [`  ${"".padEnd(10)} wb: ${difference(only, extra)}`]),
    ];
  });
  return [`${other.name}: ${other.how}`, `${wb.name}: ${wb.how}`, ...lines].join("\n");
}

function without(lines: readonly string[], those: readonly string[]): string[] {
  return lines.filter((line) => !those.includes(line));
}

function difference(only: readonly string[], extra: readonly string[]): string {
  return [
    ...(only.length === 0 ? [] : [`without ${only.join(", ")}`]),
    ...(extra.length === 0 ? [] : [`with ${extra.join(", ")}`]),
  ].join("; ");
}

function listed(lines: readonly string[], topic: string): string {
  return topic === "mounts" ? `${lines.length}: ${lines.join(", ")}` : lines.join(topic === "privileges" ? ", " : " ");
}
