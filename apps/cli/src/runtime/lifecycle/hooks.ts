import { spawn, type SpawnOptions } from "@wb/ns";
import { signalText } from "../../oci/signal-text.ts";
import type { SpecHook } from "../../oci/spec-hooks.ts";
import { messageOf } from "../../report-error.ts";
import { environmentOf } from "../environment.ts";
import { HookError } from "./hook-error.ts";
import type { HookState } from "./hook-state.ts";

/** How a hook comes into being: in this process's namespaces, or in a container's. */
export type Starter = (argv: readonly [string, ...string[]], options: SpawnOptions) => ReturnType<typeof spawn>;

/**
 * Runs hooks one after the other, each with the container's state on its stdin, until one fails: OCI runtime-spec, config.md
 * "POSIX-platform Hooks". One that takes longer than its timeout is killed.
 *
 * @throws HookError for the first that fails
 */
export async function runHooks(
  kind: string,
  hooks: readonly SpecHook[] = [],
  state: HookState,
  starter: Starter = spawn,
): Promise<void> {
  for (const [index, hook] of hooks.entries()) {
    try {
      await runHook(hook, `${JSON.stringify(state)}\n`, starter);
    } catch (error) {
      throw new HookError(kind, index, { path: hook.path, reason: messageOf(error), cause: error });
    }
  }
}

async function runHook({ path, args = [], env, timeout }: SpecHook, input: string, starter: Starter): Promise<void> {
  const [argv0 = path, ...rest] = args;
  await using hook = await starter([path, ...rest], {
    argv0,
    // As runc and crun: without the property there is no other environment than that of whoever starts it.
    ...(env === undefined ? {} : { env: environmentOf(env) }),
    stdio: "pipe",
  });
  // A hook need not read its state (EPIPE).
  hook.stdin?.on("error", () => {});
  hook.stdin?.end(input);
  const output = [collect(hook.stdout), collect(hook.stderr)];
  let isLate = false;
  const timer = setTimeout(
    () => {
      isLate = true;
      hook.kill("SIGKILL");
    },
    timeout === undefined ? NEVER : timeout * 1000,
  );
  const { code, signal } = await hook.wait();
  clearTimeout(timer);
  if (isLate) throw new Error(`it did not end within its timeout of ${timeout} s and was killed`);
  if (code === 0) return;
  const [stdout = "", stderr = ""] = await Promise.all(output.map(async (text) => (await text()).trim()));
  hook.stdout?.destroy();
  hook.stderr?.destroy();
  throw new Error(
    `${signal === null ? `exit status ${code}` : signalText(signal)}, stdout: ${stdout}, stderr: ${stderr}`,
  );
}

/** As long as a timer of Node's may run: 24 days. */
const NEVER = 2 ** 31 - 1;

/** The end of what comes out, for the error; asked for when the hook has ended. What it started may keep its output open. */
function collect(stream: NodeJS.ReadableStream | null): () => Promise<string> {
  let text = "";
  stream?.on("error", () => {});
  stream?.on("data", (chunk: Buffer) => (text = `${text}${chunk.toString()}`.slice(-MOST_OUTPUT)));
  const ended = new Promise<void>((resolve) => {
    if (stream === null) resolve();
    else stream.on("close", resolve);
  });
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([ended, patience]);
    clearTimeout(timer);
    return text;
  };
}

const PATIENCE_MS = 500;

/** Characters. */
const MOST_OUTPUT = 4096;
