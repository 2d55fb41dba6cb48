import { type LineResult, type Shown, VERDICTS } from "./compare-line.ts";

/** A line for a command, and below it what differs: `-` is docker's. Nothing of one that agrees, but when all is to be shown. */
export function describe(
  { line, docker, wb, verdict }: LineResult,
  { verbose }: { readonly verbose: boolean },
): string {
  if (verdict === "same" && !verbose) return "";
  const reason = line.differs === undefined || verdict !== "justified" ? [] : [`      (${line.differs})`];
  return [`${verdict.padEnd(9)}  ${line.line}`, ...reason, ...difference(docker, wb, verbose)].join("\n");
}

/** How many lines there are of each verdict. */
export function summary(results: readonly LineResult[]): string {
  const counts = Object.entries(VERDICTS).map(
    ([verdict, meaning]) =>
      `${String(results.filter((result) => result.verdict === verdict).length).padStart(4)} ${verdict.padEnd(9)}  ${meaning}`,
  );
  return [`${results.length} lines`, ...counts].join("\n");
}

function difference(docker: Shown, wb: Shown, verbose: boolean): string[] {
  return (["status", "stdout", "stderr"] as const).flatMap((name) => {
    const [one, other] = [String(docker[name]), String(wb[name])];
    if (one === other) return verbose ? prefixed(`      ${name} `, one) : [];
    return [...prefixed(`    - ${name} `, one), ...prefixed(`    + ${name} `, other)];
  });
}

function prefixed(prefix: string, text: string): string[] {
  return text
    .replace(/\n$/u, "")
    .split("\n")
    .map((line) => prefix + line);
}
