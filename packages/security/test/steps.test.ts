import { explain, SECBIT } from "@wb/syscall";
import { describe, expect, test } from "vitest";
import {
  keyringStep,
  noNewPrivs,
  oomScoreAdjStep,
  personalityStep,
  rlimitSteps,
  securebitsStep,
  sessionStep,
  umaskStep,
} from "../src/index.ts";

test("each Step is the call that its manual page names", () => {
  const steps = [
    noNewPrivs,
    sessionStep,
    umaskStep(0o22),
    personalityStep("LINUX32"),
    securebitsStep(SECBIT.NOROOT | SECBIT.NOROOT_LOCKED),
    oomScoreAdjStep(-500),
    keyringStep(),
    keyringStep("_ses.box", { joinableBy: "user" }),
    ...rlimitSteps([{ type: "RLIMIT_NOFILE", soft: 1024, hard: 4096 }]),
  ];
  expect(explain(steps)).toMatchInlineSnapshot(`
    "# gain no privileges by execve
    # $ setpriv --no-new-privs
    prctl(PR_SET_NO_NEW_PRIVS, 0x1)

    # lead a new session
    # $ setsid
    setsid()

    # give new files no permissions of 0022
    # $ umask 0022
    umask(022)

    # have the personality LINUX32
    # $ linux32
    personality(PER_LINUX32)

    # set the secure bits
    prctl(PR_SET_SECUREBITS, SECBIT_NOROOT|SECBIT_NOROOT_LOCKED)

    # adjust the OOM score by -500
    # $ choom --adjust -500 --pid $$
    fsopen("proc", FSOPEN_CLOEXEC) = procfs context  # or any error
    fsconfig(procfs context, FSCONFIG_SET_STRING, "subset", "pid", 0)  # or any error
    fsconfig(procfs context, FSCONFIG_CMD_CREATE, NULL, NULL, 0)  # or any error
    fsmount(procfs context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC) = procfs  # or any error
    close(procfs context)  # or any error
    if (procfs < 0) goto no procfs of its own
    goto procfs
    no procfs of its own:
    openat2(AT_FDCWD, "/proc", {flags=O_DIRECTORY|O_CLOEXEC|O_PATH, resolve=RESOLVE_NO_SYMLINKS}, 24) = procfs
    fstatfs(procfs, &procfs statfs)
    if (procfs statfs == 40864) goto a procfs
    openat(-1, "what is mounted on /proc is not the root of a procfs", O_RDONLY, 0)
    a procfs:
    statx(procfs, "", AT_EMPTY_PATH, STATX_INO, &procfs statx)
    if (procfs statx+32 == 1) goto its root
    openat(-1, "what is mounted on /proc is not the root of a procfs", O_RDONLY, 0)
    its root:
    procfs:
    openat2(procfs, "self/oom_score_adj", {flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV|RESOLVE_NO_MAGICLINKS|RESOLVE_BENEATH}, 24) = proc file
    write(proc file, "-500", 4)
    close(proc file)
    close(procfs)

    # have a new session keyring
    # $ keyctl session -
    keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL)  # or ENOSYS

    # have the session keyring _ses.box
    # $ keyctl session _ses.box
    keyctl(KEYCTL_JOIN_SESSION_KEYRING, "_ses.box")  # or ENOSYS
    keyctl(KEYCTL_SETPERM, KEY_SPEC_SESSION_KEYRING, KEY_POS_VIEW|KEY_POS_READ|KEY_POS_WRITE|KEY_POS_SEARCH|KEY_POS_LINK|KEY_POS_SETATTR|KEY_USR_VIEW|KEY_USR_READ|KEY_USR_SEARCH|KEY_USR_LINK)  # or ENOSYS

    # limit NOFILE to 1024, at most 4096
    # $ prlimit --pid $$ --nofile=1024:4096
    prlimit64(0, RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=4096}, NULL)
    "
  `);
});

describe("rlimitSteps()", () => {
  test.each([
    { limit: -1, text: "18446744073709551615" },
    { limit: -1n, text: "18446744073709551615" },
    { limit: 18_446_744_073_709_551_615n, text: "18446744073709551615" },
    { limit: JSON.parse("18446744073709551615") as number, text: "18446744073709551615" }, // rounded to 2⁶⁴
    { limit: 0, text: "0" },
    { limit: 9_007_199_254_740_993n, text: "9007199254740993" },
  ])("takes $limit", ({ limit, text }) => {
    expect(explain(rlimitSteps([{ type: "RLIMIT_CORE", soft: limit, hard: limit }]))).toContain(
      `{rlim_cur=${text}, rlim_max=${text}}`,
    );
  });

  test.each([
    { limits: [{ type: "NOFILE", soft: 1, hard: 1 }], message: 'unknown resource limit "NOFILE": RLIMIT_CPU, ' },
    {
      limits: [{ type: "RLIMIT_CPU", soft: 2, hard: 1 }],
      message: "RLIMIT_CPU: the soft limit 2 is above the hard limit 1",
    },
    {
      limits: [{ type: "RLIMIT_CPU", soft: -1, hard: 1 }],
      message: "RLIMIT_CPU: the soft limit -1 is above the hard limit 1",
    },
    { limits: [{ type: "RLIMIT_CPU", soft: -2, hard: 1 }], message: "RLIMIT_CPU: -2 is negative" },
    { limits: [{ type: "RLIMIT_CPU", soft: 0.5, hard: 1 }], message: "RLIMIT_CPU: 0.5 is not a whole number" },
    {
      limits: [
        { type: "RLIMIT_CPU", soft: 1, hard: 1 },
        { type: "RLIMIT_CPU", soft: 2, hard: 2 },
      ],
      message: "the resource limit RLIMIT_CPU is given twice",
    },
  ])("refuses $limits", ({ limits, message }) => {
    expect(() => rlimitSteps(limits)).toThrow(message);
  });
});

test.each([1001, -1001, 0.5, Number.NaN])("oomScoreAdjStep() refuses %d", (score) => {
  expect(() => oomScoreAdjStep(score)).toThrow(`${score} is no OOM score adjustment: -1000 to 1000`);
});

test.each([-1, 0o1000, 0.5])("umaskStep() refuses %d", (mask) => {
  expect(() => umaskStep(mask)).toThrow(`${mask} is no umask: 0 to 0o777`);
});
