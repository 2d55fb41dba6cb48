import { SIG, type Winsize } from "@wb/syscall";
import { type ConsoleEnds, sendMaster, windowSize } from "../../runtime/lifecycle/console.ts";
import { type ExecConsole, openExecConsole } from "../../runtime/lifecycle/exec-console.ts";
import { execInContainer } from "../../runtime/lifecycle/exec-in-container.ts";
import { configOf, findContainer, type FoundContainer } from "../../runtime/lifecycle/find-container.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { passedFds } from "../../runtime/lifecycle/passed-fds.ts";
import { writePidFile } from "../../runtime/lifecycle/pid-file.ts";
import { connectPidfdSocket } from "../../runtime/lifecycle/pidfd-socket.ts";
import { terminalOwner } from "../../runtime/terminal-owner.ts";
import { OciError } from "../error-text.ts";
import type { OciFlagValues } from "../flags.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";
import { parseSubgroups } from "./exec-cgroup.ts";
import { execProcess, PROCESS_FLAGS } from "./exec-process.ts";
import { openForeground } from "./foreground.ts";
import { refuseConsole } from "./refuse-console.ts";

const FLAGS = {
  ...PROCESS_FLAGS,
  "console-socket": { type: "string", value: "path", help: "A Unix socket that gets the master of the terminal" },
  "pidfd-socket": { type: "string", value: "path", help: "A Unix socket that gets a pidfd of the process" },
  detach: { type: "boolean", short: "d", help: "Leave the process to itself once it runs" },
  "pid-file": { type: "string", value: "path", help: "Write the id of the process there" },
  "preserve-fds": { type: "number", value: "N", help: "Pass so many file descriptors on, after stderr" },
  cgroup: {
    type: "list",
    value: "path",
    help: "A group below the container's for it to be in; of v1 CONTROLLER:PATH, too",
  },
  "ignore-paused": { type: "boolean", help: "Also in a paused container, where it begins when that goes on" },
} as const;

type ExecFlags = OciFlagValues<typeof FLAGS>;

/** runc's, for what is not the process's own. */
const FAILED = 255;

/** `wb oci exec`: the exit status is that of the process. */
export async function exec(args: readonly string[], globals: Globals): Promise<number> {
  try {
    const parsed = parseUsage(
      {
        name: "exec",
        words: "<container-id> <command> [arguments...] || -p process.json <container-id>",
        least: 1,
        most: Number.POSITIVE_INFINITY,
        flags: FLAGS,
        help: "start a process in a container",
        wordsAreCommand: true,
      },
      args,
    );
    if (parsed === undefined) return 0;
    const [id = "", ...words] = parsed.words;
    return await execIn(id, words, parsed.flags, globals);
  } catch (error) {
    throw new OciError("exec failed", error, FAILED);
  }
}

async function execIn(id: string, words: readonly string[], flags: ExecFlags, { root, log }: Globals): Promise<number> {
  const passed = passedFds(flags["preserve-fds"]);
  const found = findContainer(root, id);
  refuseState(found, flags["ignore-paused"] ?? false);
  const spec = configOf(root, id);
  const process = execProcess(spec, flags, words);
  const { terminal = false } = process;
  const detach = flags.detach ?? false;
  const socket = flags["console-socket"];
  refuseConsole({ terminal, detach, socket });
  const warn = (message: string): void => log.write("warning", message);
  const owner = terminalOwner({ ...spec, process });
  const openTerminal = (size: Winsize): ExecConsole =>
    openExecConsole({ pid: found.record.init_process_pid, size, owner });
  const subgroups = parseSubgroups(flags.cgroup);
  using pidfdSocket = flags["pidfd-socket"] === undefined ? undefined : connectPidfdSocket(flags["pidfd-socket"]);
  const start = async (console?: ConsoleEnds): ReturnType<typeof execInContainer> => {
    const started = await execInContainer({
      record: found.record,
      spec,
      process,
      ...passed,
      subgroups,
      terminal: console,
      warn,
      debug: log.debug,
    });
    try {
      pidfdSocket?.send(started.pid, "setns");
      if (flags["pid-file"] !== undefined) writePidFile(flags["pid-file"], started.pid);
    } catch (error) {
      started.kill(SIG.KILL);
      throw error;
    }
    return started;
  };
  await using foreground = detach
    ? undefined
    : await openForeground({ openTerminal: terminal && socket === undefined ? openTerminal : undefined, warn });
  if (socket === undefined || !terminal) return await follow(await start(foreground?.terminal), foreground);
  using console = openTerminal(windowSize(process.consoleSize));
  sendMaster(socket, console.master);
  return await follow(await start(console), foreground);
}

type Started = Awaited<ReturnType<typeof execInContainer>>;
type Following = Awaited<ReturnType<typeof openForeground>> | undefined;

async function follow(started: Started, foreground: Following): Promise<number> {
  if (foreground === undefined) return 0;
  return foreground.follow(started, () => started.kill(SIG.KILL));
}

function refuseState({ record: { id }, status }: FoundContainer, ignorePaused: boolean): void {
  if (status === "stopped" || status === "creating")
    throw new LifecycleError("WB_CONTAINER_STATE", `cannot exec in a ${status} container`, { id });
  if (status === "paused" && !ignorePaused)
    throw new LifecycleError(
      "WB_CONTAINER_STATE",
      "cannot exec in a paused container (use --ignore-paused to override)",
      { id },
    );
}
