import { execa } from "execa";
import { expect } from "vitest";
import { wbScript } from "./wb.ts";

/** What a tool printed and ended with. */
export interface PeerOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when a signal killed it. */
  readonly status: number | undefined;
  readonly signal: string | undefined;
}

export interface PeerOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** What stands before the tool: `setpriv …`. */
  readonly before?: readonly string[];
}

export type Tool = "unshare" | "nsenter" | "lsns" | "chroot";

/** util-linux's or coreutils' own. */
export function theirs(tool: Tool, args: readonly string[], options: PeerOptions = {}): Promise<PeerOutcome> {
  return outcomeOf([tool, ...args], options);
}

/** The command of wb with the same name. */
export function ours(tool: Tool, args: readonly string[], options: PeerOptions = {}): Promise<PeerOutcome> {
  return outcomeOf([wbScript(), tool, ...args], options);
}

/** Runs both, one after the other: they print the same on stdout and end in the same way. Returns what wb did. */
export async function same(tool: Tool, args: readonly string[], options: PeerOptions = {}): Promise<PeerOutcome> {
  const expected = await theirs(tool, args, options);
  const found = await ours(tool, args, options);
  const { stdout, status, signal } = expected;
  expect(found, `${expected.stderr}${found.stderr}`).toMatchObject({ stdout, status, signal });
  return found;
}

/** What wb says of its own failures: one line, and one with the remedy. */
export const ONE_LINE: RegExp = /^wb: [^\n]+\n(?:hint: [^\n]+\n)?$/u;

async function outcomeOf(
  argv: readonly string[],
  { input, before = [], ...options }: PeerOptions,
): Promise<PeerOutcome> {
  const [file = "", ...rest] = [...before, ...argv];
  const stdin = input === undefined ? { stdin: "ignore" as const } : { input };
  const { stdout, stderr, exitCode, signal } = await execa(file, rest, {
    ...options,
    ...stdin,
    reject: false,
    stripFinalNewline: false,
  });
  return { stdout, stderr, status: exitCode, signal };
}
