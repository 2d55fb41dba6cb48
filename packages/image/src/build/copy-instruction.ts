import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { O } from "@wb/syscall";
import { shellOf } from "../dockerfile/configure.ts";
import { DockerfileError } from "../dockerfile/dockerfile-error.ts";
import { dockerignore } from "../dockerfile/dockerignore.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import { absoluteIn, type Applied, expandIn, flagIn, heredocText } from "./applied.ts";
import { cacheKey } from "./build-cache.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";
import { copyDigest, copyFiles } from "./copy-files.ts";
import { download, isUrl } from "./download.ts";
import { onLayers } from "./on-layers.ts";
import { ownerIn } from "./owner-in.ts";
import { type Source, sourcesOf, type SourceTree } from "./sources.ts";
import { nop, packUpper, withStep } from "./with-step.ts";

/** `COPY` and `ADD`: files of the context, of another stage, of an image, of a heredoc or of a URL are a layer. */
export async function copyInstruction(build: Build, applied: Applied): Promise<BuildState> {
  const { instruction, stage } = applied;
  const unknown = instruction.flags.find(({ name }) => UNSUPPORTED.has(name));
  if (unknown !== undefined)
    throw new DockerfileError(`the flag --${unknown.name} of ${instruction.name} is not supported`, instruction.line);
  await using stack = new AsyncDisposableStack();
  const words = instruction.words.slice(0, -1).map((word) => expandIn(build, applied, word));
  const from = flagIn(build, applied, "from");
  const tree = from === undefined ? build.context : await treeOf(build, await build.stateOf(from, stage), stack);
  const sources: Source[] = [];
  for (const word of words) {
    if (isHeredoc(instruction, word)) continue;
    if (isUrl(word) && instruction.name === "ADD")
      sources.push(await downloaded(word, stack, flagIn(build, applied, "checksum")));
    else sources.push(...sourcesOf(tree, word));
  }
  if (instruction.heredocs.length > 0) sources.push(...heredocFiles(build, applied, stack));
  return await copied(build, applied, sources);
}

/** `--parents` and `--keep-git-dir` are of BuildKit's labs, and of git. */
const UNSUPPORTED: ReadonlySet<string> = new Set(["parents", "keep-git-dir"]);

async function copied(build: Build, applied: Applied, sources: readonly Source[]): Promise<BuildState> {
  const { state, instruction } = applied;
  const { name, line } = instruction;
  const destination = absoluteIn(state, expandIn(build, applied, instruction.words.at(-1) ?? ""));
  const chown = flagIn(build, applied, "chown");
  const chmod = flagIn(build, applied, "chmod");
  if (chmod !== undefined && !/^[0-7]{1,4}$/.test(chmod))
    throw new DockerfileError(
      `invalid chmod parameter: '${chmod}'. it should be octal string and between 0 and 07777`,
      line,
    );
  const patterns = instruction.flags.flatMap((flag) =>
    flag.name === "exclude" ? expandIn(build, applied, flag.value ?? "") : [],
  );
  const isExcluded = dockerignore(patterns.join("\n")).ignores;
  const digest = await copyDigest({ sources, isExcluded });
  const comment = `${name} ${chown === undefined ? "" : `--chown=${chown}`}${digest} in ${destination} `;
  return withStep(build, state, {
    key: cacheKey(state.key, comment, chmod ?? "", patterns.join("\n")),
    createdBy: nop(shellOf(state.config), comment, { files: true }),
    make: () =>
      onLayers(build.store, state, async ({ root, upper }) => {
        await copyFiles(root, {
          name,
          sources,
          destination,
          owner: ownerIn(root, chown ?? "0:0"),
          mode: chmod === undefined ? undefined : Number.parseInt(chmod, 8),
          unpacks: unpacks(build, applied),
          isExcluded,
        });
        return packUpper(build, upper);
      }),
  });
}

/** `ADD` unpacks what is local, `--unpack` what is not, too. */
function unpacks(build: Build, applied: Applied): boolean {
  const { name, words } = applied.instruction;
  if (name !== "ADD") return false;
  const asked = flagIn(build, applied, "unpack");
  return asked === undefined ? !words.some(isUrl) : asked === "true";
}

/** The tree of a stage or an image, open until the stack is disposed of. */
async function treeOf(build: Build, state: BuildState, stack: AsyncDisposableStack): Promise<SourceTree> {
  const { promise: used, resolve: finish } = Promise.withResolvers<void>();
  const { promise: tree, resolve: opened, reject } = Promise.withResolvers<SourceTree>();
  const done = onLayers(build.store, state, async ({ root }) => {
    opened({ root, isIgnored: () => false });
    await used;
  });
  done.catch(reject);
  stack.defer(async () => {
    finish();
    await done.catch(() => {});
  });
  return tree;
}

async function downloaded(url: string, stack: AsyncDisposableStack, checksum: string | undefined): Promise<Source> {
  const tree = temporaryTree(stack);
  const path = await download(url, tree.path, checksum);
  return { tree, path, isDirectory: false };
}

/** Each heredoc is a file with the name of its word. */
function heredocFiles(build: Build, applied: Applied, stack: AsyncDisposableStack): Source[] {
  const tree = temporaryTree(stack);
  return applied.instruction.heredocs.map(({ name }, index) => {
    if (name.includes("/") || name === "." || name === "..")
      throw new DockerfileError(`invalid name of a heredoc: ${name}`, applied.instruction.line);
    writeFileSync(join(tree.path, name), heredocText(build, applied, index), { mode: 0o644 });
    return { tree, path: name, isDirectory: false };
  });
}

function temporaryTree(stack: AsyncDisposableStack): SourceTree & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "wb-build-"));
  stack.defer(() => rmSync(path, { recursive: true, force: true }));
  const root = openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  stack.defer(() => closeSync(root));
  return { path, root, isIgnored: () => false };
}

/** Whether a word is the announcement of a heredoc, and no file. */
function isHeredoc({ heredocs }: Instruction, word: string): boolean {
  const name = /^\d*<<-?["']?([^"'<]+)["']?$/.exec(word)?.[1];
  return heredocs.some((heredoc) => heredoc.name === name);
}
