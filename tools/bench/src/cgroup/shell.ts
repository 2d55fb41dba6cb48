import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { byChildProcess, type Runner } from "../contender.ts";

/** A shell that waits for scripts, so that its own start is no part of what they take. */
export interface Shell extends AsyncDisposable {
  /** Rejects when a command of the script failed. */
  readonly run: (script: string) => Promise<void>;
}

export function startShell(): Shell {
  const child = spawn("/bin/sh", [], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    run: async (script) => {
      child.stdin.write(`{ ${script}\n} && echo done || echo failed\n`);
      const { value } = await lines.next();
      if (value !== "done") throw new Error(`the shell says ${value} of ${script}`);
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

/** The same by one that is started for it. */
export function byShell(script: string): Runner {
  return byChildProcess(["/bin/sh", "-ec", script], { argv: ["/bin/sh"] });
}
