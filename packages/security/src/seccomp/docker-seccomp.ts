import { release } from "node:os";
import { type CapabilityMask, capabilityNames } from "../capability-name.ts";
import { type Machine, NATIVE, thisMachine } from "./architectures.ts";
import type { OciSeccomp, OciSyscall, SeccompArchitecture } from "./oci-seccomp.ts";
import { SeccompProfileError } from "./profile-error.ts";

/** A profile in docker's format, as `--security-opt seccomp=FILE` reads it. */
export interface DockerSeccomp extends Omit<OciSeccomp, "syscalls"> {
  /** In place of `architectures`: what goes with a machine's own. */
  readonly archMap?: readonly DockerArchitecture[] | null;
  readonly syscalls?: readonly DockerSyscall[] | null;
}

export interface DockerArchitecture {
  readonly architecture: SeccompArchitecture;
  readonly subArchitectures?: readonly SeccompArchitecture[] | null;
}

/** A rule that is for some containers. */
export interface DockerSyscall extends Omit<OciSyscall, "names"> {
  readonly names?: readonly string[] | null;
  /** In place of `names`, as before docker 1.13. */
  readonly name?: string | null;
  readonly comment?: string | null;
  /** All of it must be so. */
  readonly includes?: DockerCondition | null;
  /** None of it may be so. */
  readonly excludes?: DockerCondition | null;
}

export interface DockerCondition {
  /** Capabilities of the bounding set: for `includes` all of them. */
  readonly caps?: readonly string[] | null;
  /** Of them one is this machine's: `amd64` or `arm64` here. */
  readonly arches?: readonly string[] | null;
  /** `4.8`: this kernel or a newer one. */
  readonly minKernel?: string | null;
}

/** The container that a profile is for. */
export interface DockerSeccompOptions {
  /** Its bounding set. */
  readonly capabilities: CapabilityMask;
  /** Default: this one. */
  readonly machine?: Machine;
  /** Default: the running one's release, uname(2). */
  readonly kernel?: string;
}

/**
 * What docker makes of a profile for a container: the rules that are for it, and the architectures of the machine.
 *
 * @throws SeccompProfileError for what contradicts itself
 * @example
 * compileSeccomp(dockerSeccomp(dockerSeccompProfile(), { capabilities: DOCKER_CAPABILITIES }));
 */
export function dockerSeccomp(
  profile: DockerSeccomp,
  { capabilities, machine = thisMachine(), kernel = release() }: DockerSeccompOptions,
): OciSeccomp {
  const { archMap, syscalls, ...common } = profile;
  if ((archMap ?? []).length > 0 && (profile.architectures ?? []).length > 0)
    throw new SeccompProfileError("archMap", undefined, "architectures is given, too: one of them");
  const container = { held: new Set(capabilityNames(capabilities)), arch: GO_ARCH[machine], kernel };
  const mapped = (archMap ?? []).find(({ architecture }) => architecture === NATIVE[machine]);
  return {
    ...common,
    ...(mapped === undefined ? {} : { architectures: [mapped.architecture, ...(mapped.subArchitectures ?? [])] }),
    syscalls: (syscalls ?? []).flatMap((syscall, index) => {
      const { name, names, comment: _, includes, excludes, ...rule } = syscall;
      if (name !== undefined && name !== null && (names ?? []).length > 0)
        throw new SeccompProfileError(`syscalls[${index}].name`, name, "names is given, too: one of them");
      const path = `syscalls[${index}]`;
      const isFor = isIncluded(includes ?? {}, container, path) && !isExcluded(excludes ?? {}, container, path);
      return isFor ? [{ ...rule, names: names ?? (name === undefined || name === null ? [] : [name]) }] : [];
    }),
  };
}

const GO_ARCH: Readonly<Record<Machine, string>> = { x64: "amd64", arm64: "arm64" };

interface Container {
  readonly held: ReadonlySet<string>;
  readonly arch: string;
  readonly kernel: string;
}

function isIncluded(
  { caps, arches, minKernel }: DockerCondition,
  { held, arch, kernel }: Container,
  path: string,
): boolean {
  if (arches !== undefined && arches !== null && arches.length > 0 && !arches.includes(arch)) return false;
  if ((caps ?? []).some((name) => !held.has(name))) return false;
  return (minKernel ?? "") === "" || isAtLeast(kernel, minKernel ?? "", `${path}.includes.minKernel`);
}

function isExcluded(
  { caps, arches, minKernel }: DockerCondition,
  { held, arch, kernel }: Container,
  path: string,
): boolean {
  if ((arches ?? []).includes(arch) || (caps ?? []).some((name) => held.has(name))) return true;
  return (minKernel ?? "") !== "" && isAtLeast(kernel, minKernel ?? "", `${path}.excludes.minKernel`);
}

function isAtLeast(kernel: string, wanted: string, path: string): boolean {
  const least = versionOf(wanted);
  if (least === undefined) throw new SeccompProfileError(path, wanted, "is no kernel: 4.8");
  const [major, minor] = versionOf(kernel) ?? [0, 0];
  return major > least[0] || (major === least[0] && minor >= least[1]);
}

function versionOf(text: string): [major: number, minor: number] | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/u.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}
