/** Flags of docker-run(1) that wb run has not, and what to do without them. */
export const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ["--link", "containers of one network know each other by their names: wb network create NETWORK, --net NETWORK"],
]);

/** Commands of docker that wb has not, and what to do without them. */
const MISSING: ReadonlyMap<string, string> = new Map([
  ["manifest", "wb image inspect shows an image, wb push those of several platforms"],
]);

/** The remedy for a command that wb has not, if docker has it. */
export function missingHint(name: string): string | undefined {
  return MISSING.get(name);
}

/** The remedy for a command that was not found, if a habit explains it. */
export function notFoundHint(command: string, { rootfsGiven }: { readonly rootfsGiven: boolean }): string | undefined {
  if (/\s/.test(command)) return `a command line takes a shell: sh -c ${JSON.stringify(command)}`;
  if (rootfsGiven || command.includes("/"))
    return "if it is there, what it needs is not: the interpreter of its #! line, or the dynamic linker (ldd tells)";
  return "what the image has is shown by: wb image inspect";
}
