import { shellOf } from "../dockerfile/configure.ts";
import { DockerfileError } from "../dockerfile/dockerfile-error.ts";
import { ImageError } from "../image-error.ts";
import { layerDirectoriesOf } from "../layout/layer-directories.ts";
import { type Applied, flagIn } from "./applied.ts";
import { cacheKey } from "./build-cache.ts";
import type { RunRequest } from "./build-host.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";
import { isProxy, runArguments } from "./run-arguments.ts";
import { runMounts } from "./run-mounts.ts";
import { packUpper, withStep } from "./with-step.ts";

/** `RUN`: what a command writes is a layer. */
export async function runInstruction(build: Build, applied: Applied): Promise<BuildState> {
  const { state } = applied;
  const { config } = state;
  const [file = "", ...words] = commandOf(applied);
  const args = runArguments(build, state);
  const told = args.filter((argument) => !isProxy(argument));
  const createdBy = [...(told.length === 0 ? [] : [`|${told.length}`, ...told]), file, ...words].join(" ");
  const network = networkOf(build, applied);
  await using mounts = await runMounts(build, applied);
  return await withStep(build, state, {
    key: cacheKey(state.key, "RUN", createdBy, mounts.key, network),
    createdBy,
    make: async () => {
      await layerDirectoriesOf(build.store, state.layers);
      await using result = await build.host.run({
        diffIds: state.layers.map(({ diffId }) => diffId),
        command: [file, ...words],
        env: [...(config.Env ?? []), ...args, ...mounts.env],
        user: config.User ?? "",
        workdir: config.WorkingDir ?? "",
        mounts: mounts.mounts,
        network,
      });
      if (result.code !== 0)
        throw new ImageError(
          "WB_IMAGE_BUILD",
          `The command '${[file, ...words].join(" ")}' returned a non-zero code: ${result.code}`,
        );
      return await packUpper(build, result.upper);
    },
  });
}

/** The exec form as it is, the shell form by the shell. A heredoc alone is a script; with a command before it, it is the shell's to read. */
function commandOf({ state, instruction }: Applied): readonly string[] {
  const { words, exec, heredocs } = instruction;
  if (exec) return words;
  const [text = ""] = words;
  const [only, other] = heredocs;
  if (only === undefined) return [...shellOf(state.config), text];
  const bodies = heredocs.map(({ content, name }) => `${content}${name}\n`);
  const isScript = other === undefined && /^<<-?\s*\S+$/.test(text.trim());
  if (!isScript) return [...shellOf(state.config), `${text}\n${bodies.join("")}`];
  const script = only.chomp ? only.content.replaceAll(/^\t+/gm, "") : only.content;
  return script.startsWith("#!") ? interpreted(script) : [...shellOf(state.config), script];
}

/** A script with a first line that says what runs it: it gets it as a command of its own. */
function interpreted(script: string): readonly string[] {
  const program = script.slice(2, script.indexOf("\n")).trim().split(/\s+/);
  return [
    "/bin/sh",
    "-c",
    `f=$(mktemp) && printf '%s' "$0" > "$f" && { ${program.map(quoted).join(" ")} "$f"; s=$?; rm "$f"; exit $s; }`,
    script,
  ];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function networkOf(build: Build, applied: Applied): RunRequest["network"] {
  const network = flagIn(build, applied, "network") ?? build.network ?? "default";
  if (network === "default" || network === "none" || network === "host") return network;
  throw new DockerfileError(
    `invalid network mode ${JSON.stringify(network)}: default, none or host is meant`,
    applied.instruction.line,
  );
}
