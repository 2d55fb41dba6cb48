import { NsProcess } from "@wb/ns";
import { closeFd, SIG } from "@wb/syscall";
import { createContainer } from "../../runtime/lifecycle/create-container.ts";
import { deleteContainer } from "../../runtime/lifecycle/delete-container.ts";
import { killContainer } from "../../runtime/lifecycle/kill-container.ts";
import type { NotifySocket } from "../../runtime/lifecycle/notify-socket.ts";
import { startContainer } from "../../runtime/lifecycle/start-container.ts";
import { terminalOwner } from "../../runtime/terminal-owner.ts";
import { openTerminal } from "../../runtime/terminal.ts";
import { type Bundle, readBundle } from "../bundle.ts";
import { OciError } from "../error-text.ts";
import type { OciFlagValues } from "../flags.ts";
import { forwardReady } from "../forward-ready.ts";
import type { Globals } from "../globals.ts";
import { NAMES } from "../names.ts";
import { parseUsage } from "../usage.ts";
import { CREATE_FLAGS, creationOf } from "./creation.ts";
import { openForeground } from "./foreground.ts";
import { refuseConsole } from "./refuse-console.ts";

const FLAGS = {
  ...CREATE_FLAGS,
  detach: { type: "boolean", short: "d", help: "Leave the container to itself once it runs" },
  keep: { type: "boolean", help: "Do not delete the container when it has ended" },
  "no-subreaper": { type: "boolean", help: "Taken for the sake of callers: wb is never a subreaper" },
} as const;

/** `wb oci run`: create, start, and in the foreground wait and delete. The exit status is the container's. */
export async function run(args: readonly string[], globals: Globals): Promise<number> {
  const parsed = parseUsage(
    { name: "run", words: "<container-id>", least: 1, most: 1, flags: FLAGS, help: "create and start a container" },
    args,
  );
  if (parsed === undefined) return 0;
  const { flags } = parsed;
  const [id = ""] = parsed.words;
  try {
    const bundle = readBundle({
      bundle: flags.bundle,
      config: flags.config,
      id,
      before: ({ terminal }) =>
        refuseConsole({ terminal, detach: flags.detach === true, socket: flags["console-socket"] }),
      warn: (message) => globals.log.write("warning", message),
    });
    return await (flags.detach === true ? runDetached : runForeground)(id, bundle, flags, globals);
  } catch (error) {
    throw new OciError(`${NAMES.program} run failed`, error);
  }
}

type RunFlags = OciFlagValues<typeof FLAGS>;

async function runDetached(id: string, bundle: Bundle, flags: RunFlags, globals: Globals): Promise<number> {
  const { pidfd } = await createContainer(creationOf(id, bundle, flags, globals));
  closeFd(pidfd);
  using notify = await startOrDelete(id, globals);
  await forwardReady(notify, globals.log);
  return 0;
}

async function runForeground(id: string, bundle: Bundle, flags: RunFlags, globals: Globals): Promise<number> {
  const { root, log } = globals;
  const warn = (message: string): void => log.write("warning", message);
  const ownTerminal = bundle.spec.process.terminal === true && flags["console-socket"] === undefined;
  await using foreground = await openForeground({
    openTerminal: ownTerminal ? (size) => openTerminal({ size, owner: terminalOwner(bundle.spec) }) : undefined,
    warn,
  });
  const created = await createContainer({ ...creationOf(id, bundle, flags, globals), terminal: foreground.terminal });
  const container = new NsProcess({ ...created, streams: [null, null, null] });
  using notify = await startOrDelete(id, globals);
  const [status] = await Promise.all([
    foreground.follow(container, () => killContainer(root, id, SIG.KILL, { all: true })),
    forwardReady(notify, log),
  ]);
  if (flags.keep !== true) await deleteContainer(root, id, { force: true, warn });
  return status;
}

async function startOrDelete(id: string, { root, notifySocket, log }: Globals): Promise<NotifySocket | undefined> {
  try {
    return await startContainer(root, id, notifySocket);
  } catch (error) {
    await deleteContainer(root, id, { force: true, warn: (message) => log.write("warning", message) });
    throw error;
  }
}
