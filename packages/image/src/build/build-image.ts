import { type BuildStage, buildStages } from "../dockerfile/build-stages.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import { type Dockerfile, parseDockerfile } from "../dockerfile/parse-dockerfile.ts";
import type { ImageDocument, Platform } from "../layout/documents.ts";
import type { ImageConfig } from "../layout/image-config.ts";
import type { ImageStore } from "../layout/image-store.ts";
import { putImage } from "../layout/put-image.ts";
import { shareStore } from "../layout/store-lock.ts";
import { hostPlatform, parsePlatform } from "../platform.ts";
import { beginStage } from "./begin-stage.ts";
import { type BuildCache, buildCache } from "./build-cache.ts";
import type { BuildContext } from "./build-context.ts";
import type { BuildHost, RunRequest } from "./build-host.ts";
import type { BuildState } from "./build-state.ts";
import { applyInstruction } from "./instructions.ts";
import { platformArguments } from "./platform-arguments.ts";

export interface BuildOptions {
  readonly dockerfile: string;
  readonly context: BuildContext;
  readonly host: BuildHost;
  /** `--build-arg` */
  readonly args?: Readonly<Record<string, string>>;
  /** A stage's name or number. Default: the last one. */
  readonly target?: string | undefined;
  /** Default: this machine's. */
  readonly platform?: Platform | undefined;
  /** What network commands are on where their instruction says nothing. Default: that of containers. */
  readonly network?: RunRequest["network"];
  /** Whether what was made before is taken. Default true. */
  readonly cache?: boolean;
  /** Of the image, added to those of the Dockerfile. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whole names. */
  readonly names?: readonly string[];
  /** Seconds since 1970: what is made later is said to have been made then. */
  readonly sourceDateEpoch?: number | undefined;
  /** `RUN --mount=type=secret`: files, by their ids. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What all stages of a build have. */
export interface Build extends BuildOptions {
  readonly store: ImageStore;
  readonly escape: string;
  readonly cacheOf: BuildCache;
  readonly platform: Platform;
  /** What an earlier stage, by name or number, or else an image is in the end. */
  readonly stateOf: (word: string, stage: BuildStage) => Promise<BuildState>;
  /** RFC 3339. */
  readonly now: () => string;
}

/**
 * Builds an image from a Dockerfile. Stages that nothing needs are not built; those that do not need each other are built at once.
 *
 * Equivalent to `docker build`.
 *
 * @returns the image's id
 * @throws DockerfileError, ImageError WB_IMAGE_BUILD and others
 */
export async function buildImage(store: ImageStore, options: BuildOptions): Promise<string> {
  const file = parseDockerfile(options.dockerfile);
  const platform = options.platform ?? hostPlatform();
  const { args = {}, target, host } = options;
  const stages = buildStages(file, {
    buildArgs: args,
    platformArgs: platformArguments(platform),
    ...(target === undefined ? {} : { target }),
  });
  const last = stages.at(-1);
  if (last === undefined) throw new TypeError("a Dockerfile has a stage");
  const globals = globalsOf(file);
  const announce = announcer(
    host,
    globals.length + stages.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0),
  );
  using _shared = await shareStore(store);
  const built = new Map<number, Promise<BuildState>>();
  const build: Build = {
    ...options,
    store,
    platform,
    escape: file.directives.escape,
    cacheOf: buildCache(store, options.cache ?? true),
    now: () => timeOf(options.sourceDateEpoch),
    stateOf: (word, { index }) => {
      const known = stages.filter((stage) => stage.index < index);
      const stage =
        known.find(({ name }) => name === word.toLowerCase()) ?? known.find((one) => String(one.index) === word);
      return stage === undefined ? beginStage(build, word, undefined) : stageState(stage);
    },
  };
  for (const instruction of globals) announce(instruction);
  return await keep(build, await stageState(last));

  function stageState(stage: BuildStage): Promise<BuildState> {
    const state = built.get(stage.index) ?? buildStage(stage);
    built.set(stage.index, state);
    return state;
  }

  async function buildStage(stage: BuildStage): Promise<BuildState> {
    // Those that it needs are begun with it; their errors are told where they are waited for.
    for (const other of stages) if (stage.needs.includes(other.index)) stageState(other).catch(() => {});
    announce(stage.from);
    const { base, platform: on } = stage;
    const other = stages.find(({ index }) => index === base);
    const begun =
      other === undefined
        ? await beginStage(build, String(base), on === undefined ? options.platform : parsePlatform(on))
        : await stageState(other);
    const { OnBuild, ...config } = begun.config;
    let state: BuildState = { ...begun, config: withPath(config), args: new Map(), hasCmd: false };
    const triggers = (OnBuild ?? []).flatMap((text) => parseDockerfile(text).instructions);
    if (triggers.length > 0)
      host.print(`# Executing ${triggers.length} build trigger${triggers.length === 1 ? "" : "s"}`);
    for (const instruction of triggers) state = await applyInstruction(build, { state, instruction, stage });
    for (const instruction of stage.instructions) {
      announce(instruction);
      state = await applyInstruction(build, { state, instruction, stage });
    }
    return state;
  }
}

async function keep(
  { store, platform, labels = {}, names = [], now }: Build,
  { layers, config, history }: BuildState,
): Promise<string> {
  const Labels = { ...config.Labels, ...labels };
  const document: ImageDocument = {
    ...platform,
    created: history.at(-1)?.created ?? now(),
    config: Object.keys(Labels).length === 0 ? config : { ...config, Labels },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history,
  };
  const image = { document, layers: layers.map(({ descriptor }) => descriptor) };
  const [first, ...others] = names;
  const id = await putImage(store, image, first);
  for (const name of others) await putImage(store, image, name);
  return id;
}

/** As docker has it, commands find programs also where the base does not say where they are. */
function withPath(config: ImageConfig): ImageConfig {
  const { Env } = config;
  return Env?.some((text) => text.startsWith("PATH=")) === true ? config : { ...config, Env: [...(Env ?? []), PATH] };
}

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** `ARG`s before the first FROM. */
function globalsOf({ instructions }: Dockerfile): readonly Instruction[] {
  return instructions.slice(
    0,
    instructions.findIndex(({ name }) => name === "FROM"),
  );
}

function announcer({ print }: BuildHost, total: number): (instruction: Instruction) => void {
  let step = 0;
  return ({ original }) => {
    step += 1;
    print(`Step ${step}/${total} : ${original}`);
  };
}

function timeOf(sourceDateEpoch = Number.POSITIVE_INFINITY): string {
  return new Date(Math.min(Date.now(), sourceDateEpoch * 1000)).toISOString();
}
