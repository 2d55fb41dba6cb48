import { checkArguments } from "./check-arguments.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import { expandWord } from "./expand.ts";
import type { Instruction } from "./instruction.ts";
import { nearName } from "./near-name.ts";
import type { Dockerfile } from "./parse-dockerfile.ts";

export interface BuildStage {
  readonly index: number;
  /** `AS name`, in lower case. */
  readonly name: string | undefined;
  /** The image, expanded, or the index of an earlier stage. */
  readonly base: string | number;
  /** `--platform`, expanded. */
  readonly platform: string | undefined;
  readonly from: Instruction;
  readonly instructions: readonly Instruction[];
  /** What `ARG`s before the first FROM have: an ARG of the stage without a default takes it. */
  readonly globals: ReadonlyMap<string, string>;
  /** Indexes of the stages that this one needs: its base, COPY --from and RUN --mount=from. What is no stage's name is an image's. */
  readonly needs: readonly number[];
}

export interface BuildStagesOptions {
  /** `--build-arg`. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** What the build sets by itself, as `TARGETPLATFORM` and `BUILDPLATFORM`. */
  readonly platformArgs?: Readonly<Record<string, string>>;
  /** `--target`: a name, or an index; by default the last stage. */
  readonly target?: string;
}

/**
 * The stages that the target needs, itself last, each after those that it needs; stages that need none of each other can be built at once.
 */
export function buildStages(dockerfile: Dockerfile, options: BuildStagesOptions = {}): BuildStage[] {
  const stages = allStages(dockerfile, options);
  const wanted = new Set([targetOf(stages, options.target)]);
  // A set's iteration meets what is added to it meanwhile.
  for (const index of wanted) for (const needed of stages[index]?.needs ?? []) wanted.add(needed);
  return stages.filter(({ index }) => wanted.has(index));
}

function allStages({ instructions, directives: { escape } }: Dockerfile, options: BuildStagesOptions): BuildStage[] {
  const { buildArgs = {}, platformArgs = {} } = options;
  const args = new Map(Object.entries(platformArgs));
  const expand = (word: string, line: number): string => expanded(word, line, escape, (name) => args.get(name));
  const stages: (BuildStage & { instructions: Instruction[]; needs: number[] })[] = [];
  for (const instruction of instructions) {
    checkArguments(instruction);
    const { name, line, pairs } = instruction;
    const stage = stages.at(-1);
    if (name === "FROM") stages.push({ ...newStage(instruction, stages, expand), globals: args });
    else if (stage) {
      stage.instructions.push(instruction);
      stage.needs.push(...neededBy(instruction, stages));
    } else if (name === "ARG") {
      for (const [arg, value] of pairs) {
        const given = buildArgs[arg] ?? (value === undefined ? args.get(arg) : expand(value, line));
        if (given !== undefined) args.set(arg, given);
      }
    } else throw new DockerfileError("no build stage in current context", line);
  }
  if (stages.length === 0) throw new DockerfileError("no build stage in current context");
  return stages;
}

type Expand = (word: string, line: number) => string;

function newStage(
  from: Instruction,
  stages: readonly BuildStage[],
  expand: Expand,
): Omit<BuildStage, "globals"> & { instructions: Instruction[]; needs: number[] } {
  const [written = "", , as] = from.words;
  const image = expand(written, from.line);
  if (image === "") throw new DockerfileError(`base name (${written}) should not be blank`, from.line);
  const stage = stages.find(({ name }) => name === image.toLowerCase());
  const platform = from.flags.find(({ name }) => name === "platform")?.value;
  return {
    index: stages.length,
    name: as?.toLowerCase(),
    base: stage?.index ?? image,
    platform: platform === undefined ? undefined : expand(platform, from.line),
    from,
    instructions: [],
    needs: stage ? [stage.index] : [],
  };
}

/** COPY --from and RUN --mount=from name earlier stages, by name or by index. */
function neededBy(instruction: Instruction, stages: readonly BuildStage[]): number[] {
  const earlier = stages.slice(0, -1);
  const { name, flags, line } = instruction.name === "ONBUILD" ? (instruction.inner ?? instruction) : instruction;
  return flags.flatMap((flag) => {
    const source = name === "COPY" && flag.name === "from" ? flag.value : mountSource(flag.name, flag.value);
    if (source === undefined || source === "") return [];
    const stage = earlier.find((one) => one.name === source.toLowerCase() || String(one.index) === source);
    if (!stage && /^\d+$/u.test(source))
      throw new DockerfileError(`invalid from flag value ${source}: invalid stage index ${source}`, line);
    return stage ? [stage.index] : [];
  });
}

function mountSource(flag: string, value = ""): string | undefined {
  return flag === "mount" ? /(?:^|,)from=([^,]*)/u.exec(value)?.[1] : undefined;
}

function targetOf(stages: readonly BuildStage[], target: string | undefined): number {
  if (target === undefined || target === "") return stages.length - 1;
  const found = stages.find(({ name, index }) => name === target.toLowerCase() || String(index) === target);
  if (found) return found.index;
  const near = nearName(
    target.toLowerCase(),
    stages.flatMap(({ name }) => name ?? []),
  );
  throw new DockerfileError(
    `target stage "${target}" could not be found${near === undefined ? "" : ` (did you mean ${near}?)`}`,
  );
}

/** The line is what an error of a word alone does not know. */
function expanded(word: string, line: number, escape: string, variables: (name: string) => string | undefined): string {
  try {
    return expandWord(word, { variables, escape });
  } catch (error) {
    if (error instanceof DockerfileError) throw new DockerfileError(error.message, line);
    throw error;
  }
}
