import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** A program of the runtime's name that calls it and notes each call with its exit status in a file. */
export function loggedRuntime(
  runtime: string,
  { place, log }: { readonly place: string; readonly log: string },
): string {
  const directory = join(place, "logged");
  mkdirSync(directory, { recursive: true });
  const path = join(directory, basename(runtime));
  writeFileSync(path, script(runtime, log));
  chmodSync(path, 0o755);
  return path;
}

/** Of a call that fails it notes also the last line of its --log file, which is the message that docker shows. */
function script(runtime: string, log: string): string {
  return `#!/bin/sh
${quote(runtime)} "$@"
status=$?
{
  echo "$status $*"
  if [ $status -ne 0 ]; then
    while [ $# -gt 0 ]; do
      case $1 in --log) [ ! -s "$2" ] || tail -n 1 "$2"; break ;; --log=*) [ ! -s "\${1#*=}" ] || tail -n 1 "\${1#*=}"; break ;; esac
      shift
    done
  fi
} >>${quote(log)}
exit $status
`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
