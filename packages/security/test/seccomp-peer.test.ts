import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  type Arbitrary,
  array,
  bigInt,
  constantFrom,
  integer,
  oneof,
  record,
  sample,
  tuple,
  uniqueArray,
} from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileSeccomp,
  DOCKER_CAPABILITIES,
  dockerSeccomp,
  dockerSeccompProfile,
  type OciSeccomp,
  type OciSeccompArg,
} from "../src/index.ts";
import { ABIS } from "../src/seccomp/architectures.ts";
import { runBpf, type SeccompData } from "./support/bpf-machine.ts";
import { returned } from "./support/reference-filter.ts";

/** Debian's python3-seccomp is for Debian's Python, whatever else PATH has. */
const PYTHON = "/usr/bin/python3";
const canCompare = process.arch === "x64" && spawnSync(PYTHON, ["-c", "import seccomp"]).status === 0;

describe("compileSeccomp() decides as libseccomp", () => {
  it.skipIf(!canCompare)("for docker's default profile, of all calls and of numbers that are none", () => {
    const profile = dockerSeccomp(dockerSeccompProfile(), { capabilities: DOCKER_CAPABILITIES, machine: "x64" });
    const numbers = Array.from({ length: NEWEST + 1 }, (_, nr) => nr).filter((nr) => nr !== URETPROBE);
    const args = [[], [1n], [16n], [38n], [8n], [0x1000_0000n], [0x1_0000_0010n], [0xffff_ffffn]];
    const data = ARCHES.flatMap(([arch, first]) =>
      numbers.flatMap((nr) => args.map((values) => ({ arch, nr: first + nr, args: values }))),
    );
    expect(differences([profile], data)).toEqual([]);
  });

  it.skipIf(!canCompare)("for random profiles", () => {
    const all = sample(profiles, { numRuns: 250, seed: 5 });
    expect(differences(all, sample(calls, { numRuns: 500, seed: 6 }))).toEqual([]);
  });
});

/** The newest call that libseccomp 2.5.4 has, set_mempolicy_home_node. */
const NEWEST = 450;

/** Newer than that, but with a lower number. */
const URETPROBE = 335;

const [X86_64, X86, X32] = [ABIS.SCMP_ARCH_X86_64!, ABIS.SCMP_ARCH_X86!, ABIS.SCMP_ARCH_X32!];

const ARCHES = [X86_64, X86, X32].map(({ audit, first }) => [audit, first] as const);

const ENOSYS = 0x0005_0000 + 38;

/** The first calls of which it decides otherwise. Where we say ENOSYS, libseccomp has the default: what answers newer calls is runc's, not its. */
function differences(all: readonly OciSeccomp[], data: readonly SeccompData[]): unknown[] {
  const peers = compileByPeer(all);
  const different: unknown[] = [];
  expect(peers.filter(({ length }) => length > 0).length).toBeGreaterThan(all.length / 2);
  for (const [index, profile] of all.entries()) {
    if (peers[index]!.length === 0) continue;
    const { program } = compileSeccomp(profile, { machine: "x64" });
    const otherwise = returned(profile.defaultAction, profile.defaultErrnoRet);
    for (const call of data) {
      const [ours, theirs] = [runBpf(program, call), runBpf(peers[index]!, call)];
      if (ours !== theirs && !(ours === ENOSYS && theirs === otherwise))
        different.push({ call, ours, theirs, profile });
    }
  }
  return different.slice(0, 3);
}

function compileByPeer(all: readonly OciSeccomp[]): Buffer[] {
  const input = JSON.stringify(all, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
  const script = fileURLToPath(new URL("support/libseccomp.py", import.meta.url));
  const { stdout, stderr, status } = spawnSync(PYTHON, [script], { input, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.split("\n").map((line) => Buffer.from(line, "hex"));
}

const number: Arbitrary<bigint> = oneof(
  bigInt(0n, 24n),
  bigInt(0xffff_fffen, 0x1_0000_0002n),
  bigInt(0x2_ffff_fffen, 0x3_0000_0002n),
  bigInt(2n ** 64n - 2n, 2n ** 64n - 1n),
);

const condition = record({
  index: integer({ min: 0, max: 2 }),
  op: constantFrom(
    "SCMP_CMP_NE",
    "SCMP_CMP_LT",
    "SCMP_CMP_LE",
    "SCMP_CMP_EQ",
    "SCMP_CMP_GE",
    "SCMP_CMP_GT",
    "SCMP_CMP_MASKED_EQ",
  ),
  value: number,
  valueTwo: number,
}) as Arbitrary<OciSeccompArg>;

/** Calls that all three ABIs have: others have negative numbers there, with which libseccomp 2.5.4 loses the load of the number. */
const NAMES = ["mkdir", "ioctl", "socket", "shmat", "getpid", "statx", "nonesuch"] as const;

/**
 * Each call has one rule, or several that ask whether one argument is a number, as profiles have them: of other comparisons
 * of one argument, libseccomp forgets some where their upper halves differ.
 */
const rules = oneof(
  uniqueArray(condition, { selector: ({ index }) => index, maxLength: 3 }).map((args) => [args]),
  array(number, { minLength: 1, maxLength: 6 }).map((values) =>
    [...new Set(values)].map((value) => [{ index: 0, op: "SCMP_CMP_EQ" as const, value }]),
  ),
);

const profiles = record({
  defaultAction: constantFrom("SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", "SCMP_ACT_KILL_PROCESS"),
  architectures: uniqueArray(constantFrom("SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_X86_64")),
  syscalls: uniqueArray(tuple(constantFrom(...NAMES), rules), { selector: ([name]) => name, maxLength: 8 }).map((all) =>
    all.flatMap(([name, list]) => list.map((args) => ({ names: [name], action: "SCMP_ACT_TRAP", args }))),
  ),
}) as Arbitrary<OciSeccomp>;

/** Calls by the numbers of those names, and others. */
const calls: Arbitrary<SeccompData> = tuple(
  constantFrom(...ARCHES, [0xc000_00b7, 0] as const),
  constantFrom(83, 39, 16, 514, 54, 41, 359, 30, 397, 20, 332, 383, 0, 0xbfff_ffff),
  array(number, { minLength: 3, maxLength: 3 }),
).map(([[arch, first], nr, args]) => ({ arch, nr: first + nr, args }));
