import { spawnSync } from "node:child_process";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome } from "./case.ts";
import type { Result } from "./compare.ts";
import { VERDICTS, type Verdict } from "./verdict.ts";

/** One line for a case, and what differs below it. */
export function line(result: Result, { verbose }: { readonly verbose: boolean }): string {
  const { case: one, runc, other, verdict } = result;
  const seconds = [runc, other].map((outcome) => outcome.seconds.toFixed(1)).join(" and ");
  const why = verdict === "both fail" && one.forbidden !== undefined ? `: ${one.forbidden}` : "";
  return [
    `${verdict.padEnd(9)} ${one.name} (${seconds} s)${why}`,
    ...(verbose ? details(result, verbose) : verdict === "same" ? [] : shortened(details(result, verbose))),
  ].join("\n");
}

function details({ runc, other, verdict }: Result, verbose: boolean): string[] {
  if (verdict === "both fail" && !verbose) return indent(difference(runc, other) || text(runc));
  const failed = verbose ? other.calls : verdict === "worse" ? refused(other.calls) : "";
  return indent([verbose ? text(other) : "", difference(runc, other), failed].filter(Boolean).join("\n"));
}

/** The calls that failed, each with the last message of its log; the names of all. */
function refused(calls: string): string {
  const lines = calls.split("\n");
  const failed = lines.filter(
    (each, index) => /^[1-9]/u.test(each) || (!/^\d/u.test(each) && /^[1-9]/u.test(lines[index - 1] ?? "")),
  );
  const names = lines.flatMap(
    (each) => /^\d+ (?:--(?:root|log|log-format)[ =]\S+ |--\S+ )*(\w+)/u.exec(each)?.[1] ?? [],
  );
  return [`calls: ${names.join(" ")}`, ...failed].join("\n");
}

function shortened(lines: readonly string[]): string[] {
  const rest = lines.length - MOST;
  const some = rest > 0 ? [...lines.slice(0, MOST), `… ${rest} more lines (--verbose)`] : lines;
  return some.map((each) => (each.length > 400 ? `${each.slice(0, 400)}…` : each));
}

const MOST = 24;

function indent(lines: string): string[] {
  return lines
    .trimEnd()
    .split("\n")
    .map((each) => `          ${each}`);
}

/** In the form of diff(1), without its headers. */
function difference(runc: Outcome, other: Outcome): string {
  using directory = mkdtempDisposableSync(join(tmpdir(), "diff-"));
  const files = Object.entries({ runc, other }).map(([name, outcome]) => {
    writeFileSync(join(directory.path, name), `${text(outcome)}\n`);
    return join(directory.path, name);
  });
  const { stdout } = spawnSync("diff", ["--unified=0", ...files], { encoding: "utf8" });
  const lines = stdout.split("\n").filter((each) => !/^(---|\+\+\+|@@)/u.test(each));
  return lines.join("\n");
}

function text({ status, stdout, stderr, left }: Outcome): string {
  const lines = (name: string, content: string): string[] =>
    content.trimEnd() === ""
      ? []
      : content
          .trimEnd()
          .split("\n")
          .map((each) => `${name}: ${each}`);
  return [
    `exit status ${status}`,
    ...lines("stdout", stdout),
    ...lines("stderr", stderr),
    ...left.map((each) => `left behind: ${each}`),
  ].join("\n");
}

/** How many cases there were of each kind. */
export function summary(results: readonly Result[]): string {
  const kinds = Object.keys(VERDICTS) as Verdict[];
  const counts = kinds.map((kind) => [kind, results.filter(({ verdict }) => verdict === kind).length] as const);
  return `${results.length} cases: ${counts.flatMap(([kind, count]) => (count === 0 ? [] : `${count} ${kind}`)).join(", ")}`;
}
