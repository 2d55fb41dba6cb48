import type { Line } from "./lines.ts";

/** What a command showed, without what no two runs have in common. */
export interface Shown {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const VERDICTS = {
  same: "the same output and exit status",
  words: "the same but for stderr",
  justified: "another output, for a reason",
  wrong: "another output or exit status",
} as const;

export interface LineResult {
  readonly line: Line;
  readonly docker: Shown;
  readonly wb: Shown;
  readonly verdict: keyof typeof VERDICTS;
}

export function compareLine(line: Line, docker: Shown, wb: Shown): LineResult {
  const same = docker.status === wb.status && docker.stdout === wb.stdout;
  const agree = docker.stderr === wb.stderr ? "same" : "words";
  const verdict = same ? agree : line.differs === undefined ? "wrong" : "justified";
  return { line, docker, wb, verdict };
}
