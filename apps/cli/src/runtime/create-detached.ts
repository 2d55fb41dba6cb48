import { closeFd, type Winsize } from "@wb/syscall";
import type { ContainerRecord } from "./lifecycle/container-record.ts";
import type { CreateContainerOptions } from "./lifecycle/create-container.ts";
import { createContainer } from "./lifecycle/create-container.ts";
import { ownedFd } from "./lifecycle/owned-fd.ts";
import { isRootless } from "./lifecycle/rootless.ts";
import { openUserNamespace } from "./open-user-namespace.ts";
import { openRootlessTerminal } from "./rootless-terminal.ts";
import { writeHeldInput } from "./supervisor/held-input.ts";
import { guardInput } from "./supervisor/input-guard.ts";
import { openSupervision, type SupervisionOptions } from "./supervisor/open-supervision.ts";
import { terminalOwner } from "./terminal-owner.ts";
import { type OpenedTerminal, openTerminal } from "./terminal.ts";

export type DetachedOptions = Omit<CreateContainerOptions, "terminal" | "supervisor" | "consoleSocket"> & {
  readonly supervision: Omit<SupervisionOptions, "master" | "adopts">;
  /** The size of its terminal. Default: 0 by 0, until somebody is attached. */
  readonly size?: Winsize | undefined;
};

/** A container, and the id of its supervisor, whose own end says nothing of the container's. */
export interface DetachedContainer {
  readonly record: ContainerRecord;
  readonly supervisor: number;
}

/**
 * Creates a container with a supervisor, which writes its output to a log, keeps its terminal, and knows how it ended: neither needs
 * this process any more. What was asked of the container is done when it is started.
 *
 * @throws as {@link createContainer}; nothing is left then
 */
export async function createDetached({
  supervision,
  size = NO_SIZE,
  ...options
}: DetachedOptions): Promise<DetachedContainer> {
  const { spec } = options;
  using userNamespace = isRootless() ? openUserNamespace(spec) : undefined;
  const openIt = (): OpenedTerminal =>
    userNamespace === undefined
      ? openTerminal({ size, owner: terminalOwner(spec) })
      : openRootlessTerminal(spec, size, userNamespace);
  const terminal = spec.process.terminal === true ? openIt() : undefined;
  try {
    using opened = openSupervision({
      ...supervision,
      ...(terminal === undefined ? {} : { master: terminal.master }),
    });
    const made = await createContainer({
      ...options,
      userNamespace,
      terminal: terminal ?? { inputs: {}, stdio: opened.stdio },
      supervisor: opened.supervisor,
    });
    using _process = ownedFd(made.pidfd);
    if (made.supervisor === undefined) throw new Error("the container has no supervisor");
    closeFd(made.supervisor.pidfd);
    const fd = terminal?.master ?? opened.stdin;
    if (fd !== undefined) {
      const kind = terminal === undefined ? "pipe" : "terminal";
      const guard = guardInput({ pidfd: made.pidfd, fd });
      writeHeldInput(supervision.directory, { kind, fd, guard, supervisor: made.supervisor.pid });
    }
    return { record: made.record, supervisor: made.supervisor.pid };
  } finally {
    if (terminal !== undefined) [terminal.master, ...Object.values(terminal.inputs)].forEach(closeFd);
  }
}

/** Nobody is attached: whoever is, sets it. */
const NO_SIZE = { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 } as const;
