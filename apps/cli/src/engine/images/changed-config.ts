import { checkArguments, configure, DockerfileError, type ImageConfig, parseDockerfile } from "@wb/image";
import { UserError } from "../../user-error.ts";

/**
 * The configuration of an image after instructions of a Dockerfile, as `--change` takes them.
 *
 * @throws UserError in docker's words for others, and for what is none
 */
export function changedConfig(config: ImageConfig, changes: readonly string[]): ImageConfig {
  return changes.reduce((before, change) => {
    const [instruction, ...more] = instructionsIn(change);
    if (instruction === undefined || more.length > 0)
      throw new UserError(`invalid change ${JSON.stringify(change)}: one instruction is meant`, { hint: EXAMPLE });
    if (!KNOWN.has(instruction.name))
      throw new UserError(`${instruction.name.toLowerCase()} is not a valid change command`, {
        hint: `those are ${[...KNOWN].join(", ")}`,
      });
    return understood(change, () => {
      checkArguments(instruction);
      return configure(before, instruction, { hasCmd: true });
    });
  }, config);
}

const EXAMPLE = `--change 'CMD ["sh"]'`;

/** moby, builder/dockerfile: validCommitCommands. */
const KNOWN: ReadonlySet<string> = new Set([
  "CMD",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "HEALTHCHECK",
  "LABEL",
  "ONBUILD",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
]);

function instructionsIn(change: string): ReturnType<typeof parseDockerfile>["instructions"] {
  return understood(change, () => parseDockerfile(change).instructions);
}

function understood<T>(change: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof DockerfileError)) throw cause;
    throw new UserError(`invalid change ${JSON.stringify(change)}: ${cause.message}`, { cause, hint: EXAMPLE });
  }
}
