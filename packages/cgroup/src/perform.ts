import { closeSync, readlinkSync } from "node:fs";
import {
  type Call,
  ERRNO,
  type Instruction,
  into,
  type Program,
  run,
  type Step,
  SyscallError,
  type Value,
} from "@wb/syscall";

/** How far a Program came. */
export interface Performed {
  /** The content of a cell. */
  readonly number: (cell: string) => number;
  /** The calls that were made and did not fail, in order. */
  readonly done: readonly Call[];
  /** The call that ended it. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly step: Step;
  readonly error: SyscallError;
}

/**
 * Makes the calls of a Program like `run`, but does not throw when one fails: its cells are needed to undo what was done.
 * Each call passes its error on in a cell, and a jump to the end looks at it.
 */
export function perform(program: Program): Performed {
  const calls = program.flatMap((step) =>
    step.body.filter((instruction) => "call" in instruction).map((made) => ({ step, made })),
  );
  const results = run(guarded(program));
  const made = results.number(PROGRESS);
  const last = calls[made];
  const outcome = last === undefined ? 0 : results.number(last.made.result ?? OUTCOME);
  const number = (cell: string): number => results.number(cell);
  if (last === undefined || !isFailure(last.made, outcome)) return { number, done: calls.map((one) => one.made) };
  const { step } = last;
  const context = { cell: ({ value: cell }: Value): bigint => results.value(cell), describeFd };
  const error = new SyscallError(last.made, { errno: outcome, step: step.label, context });
  return { number, done: calls.slice(0, made).map((one) => one.made), failure: { step, error } };
}

/** The number of the call that is being made, and the result of one that keeps none. */
const PROGRESS = "cgroup:progress";
const OUTCOME = "cgroup:outcome";
const END = "cgroup:end";

function guarded(program: Program): Program {
  let next = 0;
  const steps = program.map((step): Step => ({
    ...step,
    body: step.body.flatMap((instruction) => ("call" in instruction ? guard(instruction, next++) : [instruction])),
  }));
  const start: Step = { label: "begin", body: [{ memory: PROGRESS, content: 8 }] };
  return [start, ...steps, { label: "end", body: [{ label: END }] }];
}

function guard(made: Call, index: number): Instruction[] {
  const cell = made.result ?? OUTCOME;
  const next = `cgroup:call:${index}`;
  const ignored = ignoredErrnos(made);
  return [
    { assign: { address: PROGRESS }, to: index },
    { ...into(cell, made), ignore: "any" },
    ...ignored.map((errno): Instruction => ({ jump: next, when: { value: cell, equals: -errno } })),
    { jump: END, when: { value: cell, lessThan: 0 } },
    ...(ignored.length === 0 ? [] : [{ label: next }]),
  ];
}

function describeFd(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

function isFailure(made: Call, outcome: number): boolean {
  return outcome < 0 && !ignoredErrnos(made).includes(-outcome);
}

function ignoredErrnos({ ignore }: Call): number[] {
  if (ignore === undefined) return [];
  return ignore === "any" ? Object.values(ERRNO) : ignore.map((name) => ERRNO[name]);
}

/** Closes what was opened and not closed again, after a failure. */
export function closeLeftOpen({ done, number }: Performed): void {
  const open = new Set<string>();
  for (const { call, args, result } of done) {
    const [first] = args;
    if (result !== undefined && (call === "openat" || call === "bpf")) open.add(result);
    if (call === "close" && typeof first === "object" && first !== null && "value" in first) open.delete(first.value);
  }
  for (const cell of open) closeSync(number(cell));
}

/** The directories that were made: one that was there already left -EEXIST in its cell. */
export function madeDirectories({ done, number }: Performed): string[] {
  return done.flatMap(({ call, args: [, path], result }) => {
    if (call !== "mkdirat" || typeof path !== "string") return [];
    return result === undefined || number(result) === 0 ? [path] : [];
  });
}
