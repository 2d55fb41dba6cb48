import type { Case, Outcome } from "./case.ts";

export const VERDICTS = {
  same: "the same output, exit status and effects",
  words: "the same but for stderr",
  better: "runc fails at it",
  worse: "it differs where runc does what the case says",
  "both fail": "neither does what the case says",
} as const;
export type Verdict = keyof typeof VERDICTS;

/** Compares what a runtime did with what runc did; both normalised. */
export function verdict(one: Case, runc: Outcome, other: Outcome): Verdict {
  const works = { runc: succeeds(one, runc), other: succeeds(one, other) };
  if (!works.runc) return works.other ? "better" : "both fail";
  const same = runc.status === other.status && runc.stdout === other.stdout && runc.left.join() === other.left.join();
  if (!works.other || !same) return "worse";
  return runc.stderr === other.stderr ? "same" : "words";
}

/** Whether an outcome is what the case says, by itself. */
function succeeds({ shows }: Case, { status, stdout }: Outcome): boolean {
  return status === 0 && (shows === undefined || stdout.includes(shows));
}
