import { readFileSync } from "node:fs";
import {
  type CapabilityMask,
  compileSeccomp,
  dockerFilter,
  type DockerSeccomp,
  dockerSeccomp,
  parseSeccomp,
  type SeccompFilter,
  SeccompProfileError,
} from "@wb/security";
import { usage } from "../flags.ts";
import { UserError } from "../user-error.ts";

/** What `--security-opt` asks for. */
export interface SecurityOptions {
  /** docker's own profile, none, or that of a file. */
  readonly seccomp: "builtin" | "unconfined" | { readonly file: string };
  readonly noNewPrivileges: boolean;
  readonly apparmor: string | undefined;
}

/**
 * Parses the words of docker's `--security-opt`, docker-run(1). The older `NAME:VALUE` means the same as `NAME=VALUE`.
 *
 * @throws UserError naming the word
 */
export function securityOptions(words: readonly string[]): SecurityOptions {
  const parsed = words.map((word) => {
    const [, name = "", value] = /^([^=:]*)(?:[=:](.*))?$/.exec(word) ?? [];
    const parse = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
    const option = parse?.(value);
    if (option === undefined)
      throw usage(
        "run",
        `invalid argument ${JSON.stringify(word)} for --security-opt: seccomp=unconfined|builtin|FILE, no-new-privileges or apparmor=PROFILE`,
      );
    return option;
  });
  return Object.assign({ seccomp: "builtin", noNewPrivileges: false, apparmor: undefined } as const, ...parsed);
}

const PARSERS: Readonly<
  Record<string, ((value: string | undefined) => Partial<SecurityOptions> | undefined) | undefined>
> = {
  seccomp: (value = "") => {
    if (value === "") return undefined;
    return { seccomp: value === "unconfined" || value === "builtin" ? value : { file: value } };
  },
  "no-new-privileges": (value = "true") =>
    value === "true" || value === "false" ? { noNewPrivileges: value === "true" } : undefined,
  apparmor: (value = "") => (value === "" ? undefined : { apparmor: value === "unconfined" ? undefined : value }),
};

/**
 * The filter of system calls of a container; none for a privileged one that no other is asked for.
 *
 * @throws UserError for a file that is no profile
 */
export function seccompFilter(
  { seccomp }: SecurityOptions,
  { capabilities, privileged }: { readonly capabilities: CapabilityMask; readonly privileged: boolean },
): SeccompFilter | undefined {
  if (typeof seccomp === "object") return filterOf(seccomp.file, capabilities);
  return privileged || seccomp === "unconfined" ? undefined : dockerFilter({ capabilities });
}

function filterOf(file: string, capabilities: CapabilityMask): SeccompFilter {
  try {
    const profile = parseSeccomp(readFileSync(file, "utf8"));
    if (typeof profile !== "object" || profile === null) throw new SyntaxError("it is no JSON object");
    // Every value is checked where it is used.
    const filter = compileSeccomp(dockerSeccomp(profile as DockerSeccomp, { capabilities }));
    if (filter.notifies) throw new SyntaxError("SCMP_ACT_NOTIFY has nobody here who answers");
    return filter;
  } catch (cause) {
    if (
      cause instanceof SeccompProfileError ||
      cause instanceof SyntaxError ||
      (cause instanceof Error && "code" in cause)
    )
      throw new UserError(`--security-opt seccomp=${file}: ${cause.message}`, {
        hint: "a profile in docker's format, or `unconfined`",
        cause,
      });
    throw cause;
  }
}
