import { address, call, closeFd, ignoring, memory, POLL, type Program, SIG, spawn, step, value } from "@wb/syscall";

export interface WatchEndOptions {
  /** Of the namespace's first process. */
  readonly container: number;
  /** Of the program that is its network. */
  readonly helper: number;
  /** What the program is to have open as long as that lives: it is closed with it. */
  readonly held?: number | undefined;
}

/**
 * Makes a process of a few pages that ends a program when another process has ended: whatever happens to this one. pasta would see by itself that
 * a namespace is gone which has a name (since 2024 also one that has none); slirp4netns is told by a pipe.
 *
 * @throws SyscallError
 */
export function watchEnd({ container, helper, held }: WatchEndOptions): void {
  const inherit = [container, helper, ...(held === undefined ? [] : [held])];
  const child = spawn(watchProgram(inherit), { name: "wb-net", inputs: { container, helper }, inherit });
  child.report.close();
  closeFd(child.pidfd);
}

/** All its signals are blocked from the beginning. */
function watchProgram(kept: readonly number[]): Program {
  const numbers = [-1, ...kept, LAST_FD + 1].toSorted((a, b) => a - b);
  return [
    step(
      "leave all that is the caller's",
      numbers.flatMap((fd, index) => {
        const next = numbers[index + 1];
        return next === undefined || next === fd + 1 ? [] : [call("close_range", fd + 1, next - 1, 0)];
      }),
    ),
    step("leave the session and the directory of the caller", [call("setsid"), call("chdir", "/")]),
    step("wait until one of both has ended", [
      memory("poll", 16),
      { assign: address("poll"), to: value("container", 0, FD), plus: ASKED },
      { assign: address("poll", 8), to: value("helper", 0, FD), plus: ASKED },
      { label: "wait" },
      ignoring(call("ppoll", address("poll"), 2, null, null, 0), "EINTR"),
      { jump: "look", when: { ...value("poll", 0, CAME), equals: 0 } },
      { jump: "end" },
      { label: "look" },
      { jump: "wait", when: { ...value("poll", 8, CAME), equals: 0 } },
      { label: "end" },
      ignoring(call("pidfd_send_signal", value("helper"), SIG.TERM, null, 0)),
      call("exit_group", 0),
    ]),
  ];
}

const LAST_FD = 0xffff_ffff;

/** In a `struct pollfd`: the file descriptor, the events that are asked for, and those that came. */
const FD = 0xffff_ffffn;
const ASKED = BigInt(POLL.IN) << 32n;
const CAME = 0xffff_0000_0000_0000n;
