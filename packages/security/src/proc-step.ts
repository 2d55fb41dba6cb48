import { type Step, step, withProcfs, writeProc } from "@wb/syscall";

export interface ProcfsUse {
  /** `open`: `openProcfs()` stands before this Step, which then needs no procfs of its own. */
  readonly procfs?: "open";
}

/** A file of procfs and what is written to it. */
export interface ProcWrite {
  readonly path: string;
  readonly text: string;
  /** The path to take where the kernel has no such file. */
  readonly otherwise?: string;
}

/** A Step of one write to procfs: to the one that is open, or to one of its own. */
export function procStep(
  label: string,
  { path, text, otherwise }: ProcWrite,
  { procfs }: ProcfsUse,
  shell?: string,
): Step {
  const body = writeProc(path, text, otherwise === undefined ? {} : { otherwise });
  return step(label, procfs === "open" ? body : withProcfs(body, { subset: "pid" }), shell);
}
