import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileError } from "../dockerfile/dockerfile-error.ts";
import { lockDirectory } from "../store/lock.ts";
import { absoluteIn, type Applied, expandIn } from "./applied.ts";
import { bindMount } from "./bind-mount.ts";
import { cacheKey } from "./build-cache.ts";
import type { RunMount } from "./build-host.ts";
import type { Build } from "./build-image.ts";
import { cacheMountsDirectory } from "./cache-mounts.ts";
import { parseMount, type WantedMount } from "./parse-mount.ts";

export interface RunMounts extends AsyncDisposable {
  readonly mounts: readonly RunMount[];
  /** `NAME=VALUE` of secrets that are variables. */
  readonly env: readonly string[];
  /** For the cache of layers: what is in caches and secrets does not count. */
  readonly key: string;
}

/** The mounts of `RUN --mount=…`. Disposing of them lets go of caches that others wait for. @throws DockerfileError, ImageError */
export async function runMounts(build: Build, applied: Applied): Promise<RunMounts> {
  await using stack = new AsyncDisposableStack();
  const made: Made[] = [];
  for (const { name, value = "" } of applied.instruction.flags) {
    if (name !== "mount") continue;
    const wanted = parseMount(expandIn(build, applied, value), applied);
    const make = KINDS[wanted.type];
    if (make === undefined)
      throw new DockerfileError(
        `unsupported mount type ${JSON.stringify(wanted.type)}: bind, cache, tmpfs and secret are there`,
        applied.instruction.line,
      );
    made.push(await make(build, applied, wanted, stack));
  }
  const moved = stack.move();
  return {
    mounts: made.flatMap(({ mount }) => mount ?? []),
    env: made.flatMap(({ env }) => env ?? []),
    key: cacheKey(...made.map(({ key }) => key)),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

interface Made {
  readonly mount?: RunMount;
  readonly env?: string;
  readonly key: string;
}

type Kind = (build: Build, applied: Applied, wanted: WantedMount, stack: AsyncDisposableStack) => Promise<Made>;

const KINDS: Readonly<Record<string, Kind>> = { bind: bindMount, cache, tmpfs, secret };

async function cache(build: Build, applied: Applied, wanted: WantedMount, stack: AsyncDisposableStack): Promise<Made> {
  const target = wanted.target(applied);
  const { id = target, sharing = "shared", mode = "0755", from } = wanted.fields;
  if (from !== undefined)
    throw new DockerfileError("from= of a cache mount is not supported: it begins empty", applied.instruction.line);
  const directory = join(cacheMountsDirectory(build.store), cacheKey(id));
  const source = join(directory, "cache");
  mkdirSync(source, { recursive: true, mode: Number.parseInt(mode, 8) });
  if (sharing !== "shared") stack.use(await lockDirectory(directory));
  return { mount: { type: "bind", source, target, readonly: wanted.isReadonly(false) }, key: `cache:${target}:${id}` };
}

async function tmpfs(_build: Build, applied: Applied, wanted: WantedMount): Promise<Made> {
  const target = wanted.target(applied);
  const { size } = wanted.fields;
  const mount = { type: "tmpfs", source: "", target, readonly: false } as const;
  return { mount: size === undefined ? mount : { ...mount, size: Number(size) }, key: `tmpfs:${target}` };
}

async function secret({ secrets = {} }: Build, { state, instruction }: Applied, wanted: WantedMount): Promise<Made> {
  const { fields } = wanted;
  const id = fields["id"] ?? (fields["target"] ?? "").split("/").at(-1) ?? "";
  const source = secrets[id];
  const key = `secret:${id}`;
  if (source === undefined) {
    if (!wanted.isTrue("required")) return { key };
    throw new DockerfileError(`secret ${id} not found: --secret id=${id},src=FILE`, instruction.line);
  }
  const { env } = fields;
  if (env !== undefined) return { env: `${env}=${readFileSync(source, "utf8")}`, key };
  const target = absoluteIn(state, fields["target"] ?? `/run/secrets/${id}`);
  return { mount: { type: "bind", source, target, readonly: true }, key };
}
