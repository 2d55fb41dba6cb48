/** A process that uses `@wb/ns` by itself, so that a test can kill it, or count what it has. */
import { type ChildProcessByStdio, spawn, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { asNobody } from "@wb/testing";

/** Runs a module's text as a user without privileges, and waits for it. */
export function runAsNobody(script: string, env?: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  const node = [process.execPath, "--conditions=wb-source", "--input-type=module", "--eval", script];
  return asNobody(node, { cwd: join(import.meta.dirname, "../.."), ...(env === undefined ? {} : { env }) });
}

type Helper = ChildProcessByStdio<null, Readable, null>;

/** Starts Node with a module's text; `@wb/ns` and `@wb/syscall` can be imported in it. */
export function startHelper(script: string, nodeOptions: readonly string[] = []): Helper {
  const options = ["--conditions=wb-source", "--input-type=module", ...nodeOptions, "--eval", script];
  return spawn(process.execPath, options, {
    cwd: join(import.meta.dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Waits for a helper's first line. */
export async function firstLine(helper: Helper): Promise<string> {
  const [chunk] = (await once(helper.stdout, "data")) as [Buffer];
  return chunk.toString().trim();
}

/** Waits for a helper's end, which may be by a signal, and returns all that it printed. */
export async function outputOfHelper(
  script: string,
  nodeOptions: readonly string[] = [],
  { signal }: { readonly signal?: NodeJS.Signals } = {},
): Promise<string> {
  const helper = startHelper(script, nodeOptions);
  const [output] = await Promise.all([text(helper.stdout), once(helper, "exit")]);
  if (helper.exitCode !== 0 && (signal === undefined || helper.signalCode !== signal))
    throw new Error(`the helper ended with ${helper.exitCode ?? helper.signalCode}: ${output}`);
  return output.trim();
}
