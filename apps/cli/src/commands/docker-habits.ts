const NO_BACKGROUND = "wb has no background containers: append & in the shell";
const NO_NETWORKS = "wb has no networks but none and the host's: --net host";

/** Flags of docker-run(1) that wb run has not, and what to do without them. */
export const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ["-d", NO_BACKGROUND],
  ["--detach", NO_BACKGROUND],
  ["-p", NO_NETWORKS],
  ["--publish", NO_NETWORKS],
  ["--entrypoint", "wb has no images: the first word is the command"],
  ["--restart", "wb runs in the foreground only"],
]);

/** The remedy for a command that was not found, if a habit explains it. */
export function notFoundHint(command: string, { rootfsGiven }: { readonly rootfsGiven: boolean }): string | undefined {
  if (/\s/.test(command)) return `a command line takes a shell: sh -c ${JSON.stringify(command)}`;
  if (rootfsGiven || command.includes("/"))
    return "if it is there, what it needs is not: the interpreter of its #! line, or the dynamic linker (ldd tells)";
  return "wb has no images: the first word is the command, run in a copy of this machine; another root: --rootfs DIR";
}
