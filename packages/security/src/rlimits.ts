import { call, pointer, type Program, RLIM_INFINITY, RLIMIT, rlimit64, step } from "@wb/syscall";

/** A resource limit in the shape of OCI's `process.rlimits`. */
export interface Rlimit {
  /** `RLIMIT_NOFILE`, for example. */
  readonly type: string;
  /** What is in force; -1, or 2⁶⁴ and more, for none. */
  readonly soft: number | bigint;
  /** What the process itself may raise `soft` to. */
  readonly hard: number | bigint;
}

/**
 * The Steps that set resource limits, prlimit(2). Raising a hard limit needs CAP_SYS_RESOURCE: they come before the user
 * and the capabilities change.
 *
 * @throws RangeError for a type that is unknown or stands twice, or a soft limit above the hard one
 * @example
 * rlimitSteps([{ type: "RLIMIT_NOFILE", soft: 1024, hard: 4096 }]);
 */
export function rlimitSteps(limits: readonly Rlimit[]): Program {
  const seen = new Set<string>();
  return limits.map(({ type, soft, hard }) => {
    if (seen.has(type)) throw new RangeError(`the resource limit ${type} is given twice`);
    seen.add(type);
    const [current, most] = [limitOf(type, soft), limitOf(type, hard)];
    if (current > most) throw new RangeError(`${type}: the soft limit ${soft} is above the hard limit ${hard}`);
    const name = nameOf(type);
    return step(
      `limit ${name} to ${text(current)}, at most ${text(most)}`,
      [call("prlimit64", 0, RLIMIT[name], pointer(rlimit64, { rlim_cur: current, rlim_max: most }), null)],
      `prlimit --pid $$ --${name.toLowerCase()}=${text(current)}:${text(most)}`,
    );
  });
}

type ResourceName = keyof typeof RLIMIT;

function nameOf(type: string): ResourceName {
  const found = (Object.keys(RLIMIT) as ResourceName[]).find((name) => `RLIMIT_${name}` === type);
  if (found === undefined)
    throw new RangeError(
      `unknown resource limit ${JSON.stringify(type)}: ${Object.keys(RLIMIT)
        .map((name) => `RLIMIT_${name}`)
        .join(", ")}`,
    );
  return found;
}

/** 2⁶⁴ - 1 is RLIM_INFINITY, which JSON.parse rounds to 2⁶⁴. */
function limitOf(type: string, limit: number | bigint): bigint {
  if (typeof limit === "number" && !Number.isInteger(limit))
    throw new RangeError(`${type}: ${limit} is not a whole number`);
  if (limit < -1) throw new RangeError(`${type}: ${limit} is negative`);
  return limit < 0 || limit > RLIM_INFINITY ? RLIM_INFINITY : BigInt(limit);
}

function text(limit: bigint): string {
  return limit === RLIM_INFINITY ? "unlimited" : `${limit}`;
}
