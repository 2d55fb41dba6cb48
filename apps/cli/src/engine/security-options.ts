import { readFileSync } from "node:fs";
import {
  type CapabilityMask,
  dockerFilter,
  type DockerSeccomp,
  dockerSeccomp,
  type OciSeccomp,
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
  let options: SecurityOptions = { seccomp: "builtin", noNewPrivileges: false, apparmor: undefined };
  for (const word of words) {
    const [, name = "", value] = /^([^=:]*)(?:[=:](.*))?$/.exec(word) ?? [];
    const parse = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
    const parsed = parse?.(value);
    if (parsed === undefined)
      throw usage(
        "run",
        `invalid argument ${JSON.stringify(word)} for --security-opt: seccomp=unconfined|builtin|FILE, no-new-privileges or apparmor=PROFILE`,
      );
    options = { ...options, ...parsed };
  }
  return options;
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

/** The filter of system calls of a container: compiled, or a profile for its configuration; neither for a privileged one. */
export interface ChosenSeccomp {
  readonly filter?: SeccompFilter;
  readonly profile?: OciSeccomp;
}

/** @throws UserError for a file that is no profile */
export function chooseSeccomp(
  { seccomp }: SecurityOptions,
  { capabilities, privileged }: { readonly capabilities: CapabilityMask; readonly privileged: boolean },
): ChosenSeccomp {
  if (typeof seccomp === "object") return { profile: profileOf(seccomp.file, capabilities) };
  return privileged || seccomp === "unconfined" ? {} : { filter: dockerFilter({ capabilities }) };
}

function profileOf(file: string, capabilities: CapabilityMask): OciSeccomp {
  try {
    const profile = parseSeccomp(readFileSync(file, "utf8"));
    if (typeof profile !== "object" || profile === null) throw new SyntaxError("it is no JSON object");
    // Every value is checked where it is used.
    return dockerSeccomp(profile as DockerSeccomp, { capabilities });
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
