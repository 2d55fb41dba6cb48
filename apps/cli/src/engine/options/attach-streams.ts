import { flagError } from "./flag-error.ts";

/** Which streams of a container somebody is attached to. */
export interface AttachedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/**
 * The streams of `-a, --attach`; without any of these, all that there are.
 *
 * @throws UserError in docker's words (docker/cli, opts/opts.go, ValidateAttach)
 */
export function attachStreams(
  texts: readonly string[] = [],
  { interactive }: { readonly interactive: boolean },
): AttachedStreams {
  if (texts.length === 0) return { stdin: interactive, stdout: true, stderr: true };
  const names = new Set(texts.map(streamOf));
  return { stdin: names.has("stdin"), stdout: names.has("stdout"), stderr: names.has("stderr") };
}

function streamOf(text: string): string {
  const name = text.toLowerCase();
  if (STREAMS.includes(name)) return name;
  throw flagError("-a, --attach", text, "valid streams are STDIN, STDOUT and STDERR");
}

const STREAMS: readonly string[] = ["stdin", "stdout", "stderr"];
