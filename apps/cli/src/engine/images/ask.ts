import { Writable } from "node:stream";
import { UserError } from "../../user-error.ts";

/** Asks who sits at the terminal. @throws UserError where nobody does */
export async function ask(question: string, { isSecret }: { readonly isSecret: boolean }): Promise<string> {
  if (!process.stdin.isTTY)
    throw new UserError("Cannot perform an interactive login from a non TTY device", {
      hint: "wb login -u NAME --password-stdin",
    });
  const { createInterface } = await import("node:readline/promises");
  process.stderr.write(question);
  // readline itself shows what is typed.
  const output = isSecret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const answer = await lines.question("");
    if (isSecret) process.stderr.write("\n");
    return answer;
  } finally {
    lines.close();
  }
}
