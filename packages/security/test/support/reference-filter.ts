import { type OciSeccomp, type OciSeccompArg, type OciSyscall, SeccompProfileError } from "../../src/index.ts";

const RETURNS: Readonly<Record<string, number>> = {
  SCMP_ACT_KILL: 0,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL_PROCESS: 0x8000_0000,
  SCMP_ACT_TRAP: 0x0003_0000,
  SCMP_ACT_ERRNO: 0x0005_0000,
  SCMP_ACT_NOTIFY: 0x7fc0_0000,
  SCMP_ACT_TRACE: 0x7ff0_0000,
  SCMP_ACT_LOG: 0x7ffc_0000,
  SCMP_ACT_ALLOW: 0x7fff_0000,
};

export function returned(action: string, errno?: number | null): number {
  const data = action === "SCMP_ACT_ERRNO" || action === "SCMP_ACT_TRACE" ? (errno ?? 1) : 0;
  return RETURNS[action]! + data;
}

/** What a profile says of a call that it has a rule for or not, evaluated as the words of the specification and of runc say. */
export function evaluate(profile: OciSeccomp, name: string, args: readonly bigint[], bits: 32 | 64 = 64): number {
  const otherwise = returned(profile.defaultAction, profile.defaultErrnoRet);
  const rules = (profile.syscalls ?? []).filter(
    (rule) => rule.names.includes(name) && returned(rule.action, rule.errnoRet) !== otherwise,
  );
  const found = rules.find((rule) => (rule.args ?? []).length === 0) ?? rules.find((rule) => matches(rule, args, bits));
  return found === undefined ? otherwise : returned(found.action, found.errnoRet);
}

function matches({ args: conditions }: OciSyscall, args: readonly bigint[], bits: 32 | 64): boolean {
  const list = conditions ?? [];
  const isTwice = new Set(list.map(({ index }) => index)).size < list.length;
  const hold = list.map((condition) => holds(condition, args, bits));
  return isTwice ? hold.some(Boolean) : hold.every(Boolean);
}

function holds({ index, op, value, valueTwo }: OciSeccompArg, args: readonly bigint[], bits: 32 | 64): boolean {
  const [argument, first, second] = [args[index] ?? 0n, BigInt(value), BigInt(valueTwo ?? 0)].map((number) =>
    BigInt.asUintN(bits, number),
  ) as [bigint, bigint, bigint];
  const answers: Readonly<Record<string, boolean>> = {
    SCMP_CMP_NE: argument !== first,
    SCMP_CMP_LT: argument < first,
    SCMP_CMP_LE: argument <= first,
    SCMP_CMP_EQ: argument === first,
    SCMP_CMP_GE: argument >= first,
    SCMP_CMP_GT: argument > first,
    SCMP_CMP_MASKED_EQ: (argument & first) === (second & first),
  };
  const answer = answers[op];
  if (answer === undefined) throw new SeccompProfileError("op", op, "is unknown");
  return answer;
}
