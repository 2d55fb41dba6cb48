import type { NsProcess, SpawnOptions } from "@wb/ns";
import type { ContainerRecord } from "./container-record.ts";
import { execInContainer } from "./exec-in-container.ts";
import { configOf } from "./find-container.ts";

/** Starts a hook in a container as its program would be: by the same user, with the same privileges, from the root. */
export function execHook(
  root: string,
  record: ContainerRecord,
  argv: readonly [string, ...string[]],
  { argv0, env, stdio }: SpawnOptions,
): Promise<NsProcess> {
  const spec = configOf(root, record.id);
  const words = Object.entries(env ?? {}).flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${text}`]));
  return execInContainer({
    record,
    spec,
    process: {
      ...spec.process,
      terminal: false,
      args: argv,
      env: env === undefined ? spec.process.env : words,
      cwd: "/",
    },
    ...(argv0 === undefined ? {} : { argv0 }),
    stdio,
    warn: () => {},
  });
}
