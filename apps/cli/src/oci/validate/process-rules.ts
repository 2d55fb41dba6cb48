import { RLIMIT } from "@wb/syscall";
import type { SpecProcess, SpecScheduler } from "../spec-process.ts";
import type { Problem } from "./config-error.ts";
import { expectAbsolute, expectEnvironment, expectThat } from "./problem.ts";

/** Rules of a process: that of a container, and one that `exec` starts. */
export function processRules(process: SpecProcess, path: string): Problem[] {
  const { args, cwd, env, user = {}, oomScoreAdj, scheduler, ioPriority, terminal, consoleSize } = process;
  return [
    ...expectAbsolute(cwd, `${path}.cwd`),
    ...expectThat(args?.length !== 0, `${path}.args`, args, "the program to run was expected"),
    ...expectEnvironment(env, `${path}.env`),
    ...idRules(user, `${path}.user`),
    ...expectThat(
      (user.umask ?? 0) <= 0o777,
      `${path}.user.umask`,
      user.umask,
      "0 to 511, which is 0777, was expected",
    ),
    ...expectThat(
      oomScoreAdj === undefined || Math.abs(oomScoreAdj) <= 1000,
      `${path}.oomScoreAdj`,
      oomScoreAdj,
      "-1000 to 1000 was expected",
    ),
    ...rlimitRules(process.rlimits ?? [], `${path}.rlimits`),
    ...(scheduler === undefined ? [] : schedulerRules(scheduler, `${path}.scheduler`)),
    ...expectThat(
      ioPriority?.priority === undefined || (ioPriority.priority >= 0 && ioPriority.priority <= 7),
      `${path}.ioPriority.priority`,
      ioPriority?.priority,
      "0 to 7 was expected",
    ),
    ...(terminal === true && consoleSize !== undefined
      ? (["height", "width"] as const).flatMap((name) =>
          expectThat(
            consoleSize[name] <= 0xffff,
            `${path}.consoleSize.${name}`,
            consoleSize[name],
            "at most 65535 characters were expected",
          ),
        )
      : []),
  ];
}

/** (uid_t) -1 means none for the kernel: setresuid(2). */
function idRules({ uid, gid, additionalGids = [] }: NonNullable<SpecProcess["user"]>, path: string): Problem[] {
  const ids = [
    [`${path}.uid`, uid],
    [`${path}.gid`, gid],
    ...additionalGids.map((id, index) => [`${path}.additionalGids[${index}]`, id] as const),
  ] as const;
  return ids.flatMap(([at, id]) => expectThat(id !== NO_ID, at, id, "is no id: at most 4294967294 was expected"));
}

const NO_ID = 2 ** 32 - 1;

/** prlimit(2) */
function rlimitRules(rlimits: NonNullable<SpecProcess["rlimits"]>, path: string): Problem[] {
  return rlimits.flatMap(({ type, soft, hard }, index) => [
    ...expectThat(
      Object.hasOwn(RLIMIT, type.slice("RLIMIT_".length)),
      `${path}[${index}].type`,
      type,
      "a resource limit of Linux was expected",
      `Linux has ${Object.keys(RLIMIT)
        .map((name) => `RLIMIT_${name}`)
        .join(", ")}`,
    ),
    ...expectThat(
      rlimits.findIndex((other) => other.type === type) === index,
      `${path}[${index}].type`,
      type,
      "each limit was expected once",
    ),
    ...expectThat(soft <= hard, `${path}[${index}].soft`, soft, `at most the hard limit ${hard} was expected`),
  ]);
}

/** sched_setattr(2): which parameter belongs to which policy. */
function schedulerRules({ policy, nice, priority, runtime, deadline, period }: SpecScheduler, path: string): Problem[] {
  const isRealtime = policy === "SCHED_FIFO" || policy === "SCHED_RR";
  const isDeadline = policy === "SCHED_DEADLINE";
  const times = { runtime, deadline, period };
  return [
    ...expectThat(nice === undefined || (nice >= -20 && nice <= 19), `${path}.nice`, nice, "-20 to 19 was expected"),
    ...expectThat(
      isRealtime ? priority === undefined || (priority >= 1 && priority <= 99) : (priority ?? 0) === 0,
      `${path}.priority`,
      priority,
      isRealtime ? "1 to 99 was expected" : `${policy} has no priority: SCHED_FIFO or SCHED_RR was expected`,
    ),
    ...Object.entries(times).flatMap(([name, time]) =>
      expectThat(
        isDeadline || BigInt(time ?? 0) === 0n,
        `${path}.${name}`,
        time,
        `${policy} has no ${name}: SCHED_DEADLINE was expected`,
      ),
    ),
  ];
}
