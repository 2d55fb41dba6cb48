import { SECCOMP_RET } from "@wb/syscall";
import { returnValue } from "./actions.ts";
import type { Condition } from "./conditions.ts";
import type { OciSeccomp, OciSeccompArg, OciSyscall, SeccompOperator } from "./oci-seccomp.ts";
import { SeccompProfileError } from "./profile-error.ts";

/** A checked rule of a profile. */
export interface Rule {
  readonly names: readonly string[];
  /** What the filter returns. */
  readonly value: number;
  /** One of these lists of conditions must hold; without conditions, one that is empty. */
  readonly alternatives: readonly (readonly Condition[])[];
}

/**
 * Checks the rules of a profile.
 *
 * @throws SeccompProfileError
 */
export function parseRules({ syscalls }: OciSeccomp): Rule[] {
  return (syscalls ?? []).map((syscall, index) => {
    const path = `syscalls[${index}]`;
    checkNames(syscall, path);
    const value = returnValue(syscall.action, syscall.errnoRet, {
      action: `${path}.action`,
      errno: `${path}.errnoRet`,
    });
    if (value === SECCOMP_RET.USER_NOTIF && syscall.names.includes("write"))
      throw new SeccompProfileError(
        `${path}.action`,
        syscall.action,
        "is not possible for write",
        "the container's first process has to write before anyone listens",
      );
    return { names: syscall.names, value, alternatives: alternatives(syscall.args ?? [], `${path}.args`) };
  });
}

function checkNames({ names }: OciSyscall, path: string): void {
  if (!Array.isArray(names) || names.length === 0)
    throw new SeccompProfileError(`${path}.names`, names, "is no list with names of system calls");
  const wrong = names.findIndex((name) => typeof name !== "string" || name === "");
  if (wrong !== -1)
    throw new SeccompProfileError(`${path}.names[${wrong}]`, names[wrong], "is no name of a system call");
}

/** Two conditions on one argument: each is a rule, which runc keeps for profiles that were written so. */
function alternatives(args: readonly OciSeccompArg[], path: string): readonly (readonly Condition[])[] {
  const conditions = args.map((arg, index) => parseCondition(arg, `${path}[${index}]`));
  const isTwice = new Set(conditions.map(({ index }) => index)).size < conditions.length;
  return isTwice ? conditions.map((condition) => [condition]) : [conditions];
}

const OPERATORS: ReadonlySet<SeccompOperator> = new Set<SeccompOperator>([
  "SCMP_CMP_NE",
  "SCMP_CMP_LT",
  "SCMP_CMP_LE",
  "SCMP_CMP_EQ",
  "SCMP_CMP_GE",
  "SCMP_CMP_GT",
  "SCMP_CMP_MASKED_EQ",
]);

/** System calls have six arguments, syscall(2). */
const MOST_ARGUMENTS = 6;

function parseCondition({ index, op, value, valueTwo }: OciSeccompArg, path: string): Condition {
  if (!OPERATORS.has(op))
    throw new SeccompProfileError(`${path}.op`, op, `is no comparison: ${[...OPERATORS].join(", ")}`);
  if (!Number.isInteger(index) || index < 0 || index >= MOST_ARGUMENTS)
    throw new SeccompProfileError(`${path}.index`, index, "is no argument of a system call: 0 to 5");
  const first = halves(value, `${path}.value`);
  if (op !== "SCMP_CMP_MASKED_EQ") return { index, op, ...first };
  const second = halves(valueTwo ?? 0, `${path}.valueTwo`);
  // Bits outside the mask would make a condition that never holds: libseccomp drops them.
  return { index, op, mask: first, high: (second.high & first.high) >>> 0, low: (second.low & first.low) >>> 0 };
}

function halves(value: number | bigint, path: string): { readonly high: number; readonly low: number } {
  const isNumber = typeof value === "number" && Number.isInteger(value);
  if ((!isNumber && typeof value !== "bigint") || value < 0 || value >= 2n ** 64n)
    throw new SeccompProfileError(path, value, "is no unsigned integer of 64 bits");
  if (isNumber && !Number.isSafeInteger(value))
    throw new SeccompProfileError(path, value, "is too large to be exact", "parseSeccomp() reads it as a bigint");
  if (typeof value === "bigint") return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) };
  return { high: Math.floor(value / 2 ** 32), low: value >>> 0 };
}
