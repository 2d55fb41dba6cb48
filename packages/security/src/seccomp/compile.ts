import { SECCOMP_RET } from "@wb/syscall";
import { returnValue } from "./actions.ts";
import { type Abi, ABIS, type Machine, NATIVE, thisMachine } from "./architectures.ts";
import { decisionsOf, type Range } from "./decisions.ts";
import { type Dispatch, dispatch } from "./dispatch.ts";
import { filterFlags } from "./flags.ts";
import { type KnownCalls, knownCalls } from "./known-calls.ts";
import type { OciSeccomp } from "./oci-seccomp.ts";
import { SeccompProfileError } from "./profile-error.ts";
import { parseRules } from "./rules.ts";

/** A compiled profile, for {@link seccompStep}. */
export interface SeccompFilter {
  /** An array of `struct sock_filter`: classic BPF. */
  readonly program: Uint8Array<ArrayBuffer>;
  /** Flags of SECCOMP_SET_MODE_FILTER. */
  readonly flags: number;
  /** Whether the filter has a listener: a rule is SCMP_ACT_NOTIFY. */
  readonly notifies: boolean;
}

export interface CompileOptions {
  /** The machine that the filter is for. Default: this one. */
  readonly machine?: Machine;
}

/**
 * Compiles a profile to the program that seccomp(2) takes. Pure: nothing is read or changed. Names that the tables do not
 * have are left out, as runc does ({@link unknownSyscalls} lists them).
 *
 * @throws SeccompProfileError naming the value in the profile that is wrong, or that the filter is too large
 * @example
 * compileSeccomp({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ERRNO" }] });
 */
export function compileSeccomp(profile: OciSeccomp, { machine = thisMachine() }: CompileOptions = {}): SeccompFilter {
  const otherwise = returnValue(profile.defaultAction, profile.defaultErrnoRet, {
    action: "defaultAction",
    errno: "defaultErrnoRet",
  });
  const rules = parseRules(profile);
  const notifies = rules.some(({ value }) => value === SECCOMP_RET.USER_NOTIF);
  checkListener(profile, notifies);
  const abis = abisOf(profile, machine);
  const code = dispatch(dispatches(abis, knownCalls(rules, otherwise), otherwise), BAD_ARCH);
  if (code.length > BPF_MAXINSNS)
    throw new SeccompProfileError(
      "",
      undefined,
      `the filter has ${code.length} instructions, and the kernel takes ${BPF_MAXINSNS}`,
      "fewer conditions on arguments, or fewer architectures, make it smaller",
    );
  return { program: code.program(), flags: filterFlags(profile, notifies), notifies };
}

/** What libseccomp returns for an architecture that is not in the filter. */
const BAD_ARCH = SECCOMP_RET.KILL_THREAD;

/** linux/bpf_common.h. */
const BPF_MAXINSNS = 4096;

function checkListener({ defaultAction, listenerPath, listenerMetadata }: OciSeccomp, notifies: boolean): void {
  if (defaultAction === "SCMP_ACT_NOTIFY")
    throw new SeccompProfileError(
      "defaultAction",
      defaultAction,
      "is for rules",
      "every call of the container's first process would wait for a listener that nobody has yet",
    );
  const hasPath = (listenerPath ?? "") !== "";
  if (notifies && !hasPath)
    throw new SeccompProfileError("listenerPath", listenerPath, "is missing, and SCMP_ACT_NOTIFY needs it");
  if (!hasPath && (listenerMetadata ?? "") !== "")
    throw new SeccompProfileError("listenerMetadata", listenerMetadata, "has no meaning without listenerPath");
}

/** The ABIs of a profile that this machine can have; its own is always one of them, as libseccomp has it. */
function abisOf({ architectures }: OciSeccomp, machine: Machine): ReadonlySet<Abi> {
  const abis = new Set<Abi>();
  for (const [index, name] of [NATIVE[machine], ...(architectures ?? [])].entries()) {
    if (!Object.hasOwn(ABIS, name))
      throw new SeccompProfileError(
        `architectures[${index - 1}]`,
        name,
        `is no architecture: ${Object.keys(ABIS).join(", ")}`,
      );
    const abi = ABIS[name];
    if (abi !== undefined) abis.add(abi);
  }
  return abis;
}

/** The calls that a tracer skips, seccomp(2), have the number -1: they are not those of a bad architecture. */
const SKIPPED = 0xffff_ffff;

/** x86-64 and x32 have one `arch`: the half that is not in the profile is a bad architecture. */
function dispatches(abis: ReadonlySet<Abi>, known: KnownCalls, otherwise: number): Dispatch[] {
  const audits = new Set([...abis].map(({ audit }) => audit));
  return [...audits].map((audit) => {
    const halves = Object.values(ABIS).filter((abi) => abi?.audit === audit);
    const ranges = halves.flatMap((abi): Range[] => {
      if (abi === undefined) return [];
      if (abis.has(abi)) return decisionsOf(abi, known, otherwise);
      return [
        { from: abi.first, decision: BAD_ARCH },
        ...(abi.first === 0 ? [] : [{ from: SKIPPED, decision: otherwise }]),
      ];
    });
    return { audit, ranges };
  });
}
