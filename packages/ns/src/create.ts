import { closeFd, type Program, type Value } from "@wb/syscall";
import type { SpawnOptions } from "./spawn.ts";
import { start, type Supervised } from "./start.ts";
import { openStdio, type Stdio } from "./stdio.ts";

/** What the command gets: a pipe would have nobody at its other end. */
type Given = Exclude<Stdio, "pipe">;

export interface CreateOptions extends Omit<SpawnOptions, "stdio"> {
  readonly stdio?: Given | readonly [Given, Given, Given];
  /** What the process does when its command cannot be executed, execve(2): nobody hears of it any more. */
  readonly otherwise?: (errno: Value) => Program;
}

/**
 * Starts a process that makes its set-up and then waits, as the "created" container of the OCI runtime-spec does: `setup` has
 * `sync("created")` in it, and behind it Steps that wait for whoever lets the command begin.
 *
 * The process stays when this one ends. Until it was told to go on from `created` it ends with this one.
 *
 * @returns once `on.created` has been done; the caller closes the pidfd, and that of the supervisor
 * @throws as {@link spawn}, and what a function of `on` throws; nothing is left running then
 * @example
 * const [reader, writer] = makePipe();
 * const created = await create(["date"], {
 *   setup: [...sync("created"), step("wait for the start", [call("read", reader, address("byte"), 1)])],
 *   inherit: [reader],
 *   on: { created: ({ pid }) => console.log(`${pid} is created`) },
 * });
 * writeSync(writer, "0"); // the date comes now
 */
export async function create(
  argv: readonly [string, ...string[]],
  { stdio = "inherit", on = {}, otherwise = () => [], ...options }: CreateOptions,
): Promise<Supervised> {
  const opened = openStdio(stdio);
  try {
    return await start(
      argv,
      { ...options, on, until: "created", unfollowed: otherwise, unheard: UNHEARD },
      opened.child,
    );
  } finally {
    for (const fd of opened.parent) if (fd !== undefined) closeFd(fd);
    opened.close();
  }
}

const UNHEARD = "wb: the set-up of this process failed after it was created\n";
