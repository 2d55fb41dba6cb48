import { delimiter, isAbsolute } from "node:path";
import type { Writable } from "node:stream";

/** A program that does not end with 0, or that there is none of. */
export class ProgramError extends Error {
  readonly missing: boolean;

  constructor(problem: string, { missing }: { readonly missing: boolean }) {
    super(problem);
    this.missing = missing;
  }
}

/**
 * What a program writes to its stdout when it is given bytes on its stdin. It does not outlive the last byte that is wanted.
 *
 * @throws ProgramError, and the source's own error
 */
export async function* throughProgram(
  [file = "", ...args]: readonly string[],
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { spawn } = await import("node:child_process");
  const child = spawn(file, args, { stdio: "pipe", env: { PATH: searchPath() } });
  const ended = new Promise<ProgramError | undefined>((resolve) => {
    let said = "";
    child.stderr.on("data", (text: Buffer) => (said = `${said}${text.toString()}`.slice(0, MOST_SAID)));
    child.once("error", ({ message }) => resolve(new ProgramError(message, { missing: message.includes("ENOENT") })));
    child.once("close", (code, signal) => {
      const problem = /.+/.exec(said)?.[0] ?? `${file} ended with ${signal ?? code}`;
      resolve(code === 0 ? undefined : new ProgramError(problem, { missing: false }));
    });
  });
  const feeding = feed(child.stdin, source);
  try {
    if (child.pid !== undefined) for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) yield chunk;
    const failure = (await feeding) ?? (await ended);
    if (failure !== undefined) throw failure;
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** An empty or relative entry would mean the working directory, which may be anybody's; and no secret is the program's to have. */
function searchPath(): string {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((directory) => isAbsolute(directory))
    .join(delimiter);
}

const MOST_SAID = 1000;

/** Returns the source's error. That the program takes no more is told by how it ends. */
async function feed(stdin: Writable, source: AsyncIterable<Uint8Array>): Promise<Error | undefined> {
  const { pipeline } = await import("node:stream/promises");
  let broken: Error | undefined;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw broken;
    }
  }
  await pipeline(watched(), stdin).catch(() => {});
  return broken;
}
