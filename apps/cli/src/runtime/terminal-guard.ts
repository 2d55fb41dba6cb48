import {
  address,
  call,
  closeFd,
  ignoring,
  makePipe,
  memory,
  POLL,
  SetupError,
  spawn,
  step,
  type Step,
  TC,
  tell,
  tryWait,
  value,
} from "@wb/syscall";
import { type Settings, TERMIOS_SIZE } from "./termios.ts";

/**
 * Watches over the caller's terminal while wb has it in raw mode: a process of a few pages that waits for wb to end, also
 * by SIGKILL, and then sets the terminal as it was, unless somebody else has set it meanwhile. Disposing of it makes it do
 * that now.
 *
 * It learns of wb's end by a pipe whose other end only wb has: the kernel closes that before wb's own parent is told, a
 * shell that then sets the terminal for itself. In a session of its own, it is not killed with wb's job.
 *
 * @returns when the guard watches
 */
export function guardTerminal(tty: number, settings: Settings): Disposable {
  const [reader, writer] = makePipe();
  try {
    const guard = spawn(guardSteps(settings), {
      inputs: { wb: reader, tty },
      inherit: [reader, tty],
      name: "wb-terminal",
    });
    const end = (): void => {
      closeFd(writer);
      tryWait(guard.pidfd, { block: true });
      closeFd(guard.pidfd);
    };
    using report = guard.report;
    if (report.nextSync() === undefined) throw new SetupError(guard.pid, "killed");
    return { [Symbol.dispose]: end };
  } catch (error) {
    closeFd(writer);
    throw error;
  } finally {
    closeFd(reader);
  }
}

/** What the guard does. All its signals are blocked, so that it may set the terminal from the background (SIGTTOU). */
function guardSteps({ saved, raw }: Settings): readonly Step[] {
  return [
    step("lead a session of its own", [call("setsid")]),
    tell("waiting"),
    step("wait until wb has ended", [
      memory("poll", 8),
      { assign: address("poll"), to: value("wb", 0, 0xffff_ffffn), plus: BigInt(POLL.IN) << 32n },
      call("ppoll", address("poll"), 1, null, null, 0),
    ]),
    step("set the terminal as it was, if it is still as wb set it", [
      memory("termios", TERMIOS_SIZE + 8),
      ignoring(call("ioctl", value("tty"), TC.GETS, address("termios"))),
      ...FLAG_WORDS.flatMap((offset, index) => [
        { jump: `same ${index}`, when: { value: "termios", offset, equals: raw.readBigUInt64LE(offset) } },
        call("exit_group", 0),
        { label: `same ${index}` },
      ]),
      ignoring(call("ioctl", value("tty"), TC.SETS, saved)),
      call("exit_group", 0),
    ]),
  ];
}

/** The four words of flags of `struct termios`, two at a time. */
const FLAG_WORDS = [0, 8] as const;
