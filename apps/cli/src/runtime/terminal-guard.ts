import {
  address,
  call,
  closeFd,
  ignoring,
  into,
  memory,
  POLL,
  run,
  spawn,
  step,
  TC,
  tryWait,
  value,
} from "@wb/syscall";

/** `struct termios` of the kernel, asm-generic/termbits.h: 36 bytes. */
const TERMIOS_SIZE = 36;

/**
 * Watches over the caller's terminal while wb has it in raw mode: a process of a few pages that waits for wb to end and
 * then sets the terminal as it was, also after SIGKILL. Disposing of it ends it; the caller sets the terminal itself then.
 *
 * All its signals are blocked, so that it may set the terminal from the background (SIGTTOU).
 */
export function guardTerminal(tty: number): Disposable {
  const saved = run([
    step("read the terminal's settings", [
      memory("termios", TERMIOS_SIZE),
      call("ioctl", tty, TC.GETS, address("termios")),
    ]),
  ]).bytes("termios", TERMIOS_SIZE);
  const self = run([step("refer to this process", [into("pidfd", call("pidfd_open", process.pid, 0))])]).number(
    "pidfd",
  );
  const guard = spawn(
    [
      step("wait until wb has ended", [
        memory("poll", 8),
        { assign: address("poll"), to: value("wb", 0, 0xffff_ffffn), plus: BigInt(POLL.IN) << 32n },
        call("ppoll", address("poll"), 1, null, null, 0),
      ]),
      step("set the terminal as it was", [
        ignoring(call("ioctl", value("tty"), TC.SETSW, saved)),
        call("exit_group", 0),
      ]),
    ],
    { inputs: { wb: self, tty }, inherit: [self, tty], name: "wb-terminal" },
  );
  closeFd(self);
  guard.report.close();
  return {
    [Symbol.dispose]: () => {
      run([step("end the terminal's guard", [ignoring(call("pidfd_send_signal", guard.pidfd, 9, null, 0), "ESRCH")])]);
      tryWait(guard.pidfd, { block: true });
      closeFd(guard.pidfd);
    },
  };
}
