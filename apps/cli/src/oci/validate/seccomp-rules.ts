import type { SeccompAction, OciSyscall, OciSeccomp } from "@wb/security";
import type { Problem } from "./config-error.ts";
import { expectAbsolute, expectThat } from "./problem.ts";

/** Rules of `linux.seccomp`, config-linux.md "Seccomp". */
export function seccompRules(seccomp: OciSeccomp): Problem[] {
  const { defaultAction, defaultErrnoRet } = seccomp;
  const [syscalls, listenerPath, listenerMetadata] = [
    seccomp.syscalls ?? [],
    seccomp.listenerPath ?? undefined,
    seccomp.listenerMetadata ?? undefined,
  ];
  const path = "linux.seccomp";
  const notifies = syscalls.some(({ action }) => action === "SCMP_ACT_NOTIFY");
  return [
    ...expectThat(
      defaultAction !== "SCMP_ACT_NOTIFY",
      `${path}.defaultAction`,
      defaultAction,
      "an action that needs nobody to answer was expected",
    ),
    ...errnoRules(defaultAction, defaultErrnoRet, `${path}.defaultErrnoRet`),
    ...(listenerPath === undefined && notifies
      ? [{ path: `${path}.listenerPath`, message: "missing: the socket of who answers SCMP_ACT_NOTIFY was expected" }]
      : []),
    ...(listenerPath === undefined && listenerMetadata !== undefined
      ? [{ path: `${path}.listenerPath`, message: "missing: it was expected beside listenerMetadata" }]
      : []),
    ...expectAbsolute(listenerPath, `${path}.listenerPath`),
    ...syscalls.flatMap((syscall, index) => syscallRules(syscall, `${path}.syscalls[${index}]`)),
  ];
}

function syscallRules({ names, action, errnoRet, args }: OciSyscall, path: string): Problem[] {
  return [
    ...errnoRules(action, errnoRet, `${path}.errnoRet`),
    // The runtime itself writes the listener to its socket after the filter is there.
    ...expectThat(
      action !== "SCMP_ACT_NOTIFY" || !names.includes("write"),
      `${path}.action`,
      action,
      "SCMP_ACT_NOTIFY cannot be used for the write syscall, which the runtime itself needs",
    ),
    ...(args ?? []).flatMap(({ index }, at) =>
      expectThat(
        index <= 5,
        `${path}.args[${at}].index`,
        index,
        "0 to 5 was expected: a system call has six arguments",
      ),
    ),
  ];
}

/** seccomp(2): SECCOMP_RET_DATA has 16 bits, and an errno is at most 4095. */
function errnoRules(action: SeccompAction, errno: number | null | undefined, path: string): Problem[] {
  if (errno === undefined || errno === null) return [];
  const hasErrno = action === "SCMP_ACT_ERRNO" || action === "SCMP_ACT_TRACE";
  const most = action === "SCMP_ACT_TRACE" ? 0xffff : 4095;
  return [
    ...expectThat(hasErrno, path, errno, `none was expected: ${action} returns no errno`),
    ...(hasErrno ? expectThat(errno <= most, path, errno, `0 to ${most} was expected`) : []),
  ];
}
