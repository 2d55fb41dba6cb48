import type { Comparison } from "./comparisons.ts";
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
  const sections = [...Map.groupBy(results, ({ kind }) => kind)].map(([kind, rows]) => ({
    kind,
    rows: rows.map(cells),
  }));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(
      ...[heading, ...sections.flatMap(({ rows }) => rows.map((row) => row[column] ?? ""))].map((cell) => cell.length),
    ),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [line(HEADINGS), ...sections.flatMap(({ kind, rows }) => [`\n${kind}`, ...rows.map(line)])].join("\n");
}

function cells({ other, wb, ratio, cpuRatio, wallMs, cpuMs }: Result): string[] {
  const range = ({ p10, p90 }: Spread): string => `${digits(p10)}–${digits(p90)}`;
  const pair = (ms: Result["wallMs"]): string => `${digits(ms.other)} : ${digits(ms.wb)}`;
  return [
    other,
    wb,
    digits(ratio.median),
    range(ratio),
    digits(cpuRatio.median),
    range(cpuRatio),
    pair(wallMs),
    pair(cpuMs),
  ];
}

function digits(number: number): string {
  return number.toFixed(number < 9.95 ? 2 : 1);
}

/** What both sides do and what their command finds inside: of wb's what differs, all of it where little is the same. */
export function isolationText({ other, wb }: Comparison, isolations: ReadonlyMap<string, Isolation>): string {
  const [theirs, ours] = [isolations.get(other.name), isolations.get(wb.name)];
  const lines = TOPICS.map((topic) => {
    const [their, our] = [theirs?.[topic] ?? [], ours?.[topic] ?? []].map((found) => found.join(", ") || "none");
    return `  ${topic.padEnd(10)} ${their}${their === our ? "" : `\n  ${"".padEnd(10)} wb: ${our}`}`;
  });
  return [`${other.name}: ${other.how}`, `${wb.name}: ${wb.how}`, ...lines].join("\n");
}
