import { writeSync } from "node:fs";
import caller from "node:process";
import { closeFd, SIG, type Winsize } from "@wb/syscall";
import { type Command, command } from "../../command/command.ts";
import { parseDetachKeys } from "../../engine/attach/detach-keys.ts";
import { escapeFilter } from "../../engine/attach/escape-filter.ts";
import { containerCapabilities } from "../../engine/container-spec.ts";
import { type ContainerInfo, findInfo } from "../../engine/containers/container-info.ts";
import { execProcess } from "../../engine/containers/exec-options.ts";
import { readKeyValues } from "../../engine/environment-files.ts";
import { execEvents } from "../../engine/events/exec-events.ts";
import { rootlessUser } from "../../engine/rootless/rootless-user.ts";
import { seccompFilter } from "../../engine/security-options.ts";
import type { ContainerState } from "../../engine/words/status-text.ts";
import { type FlagValues, usage } from "../../flags.ts";
import { EXIT_FAILURE } from "../../in-place/exit-failure.ts";
import { type Foreground, openForeground } from "../../oci/commands/foreground.ts";
import { isTerminal } from "../../runtime/caller-terminal.ts";
import { copyOutput, outputFor } from "../../runtime/copy-output.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { openExecConsole } from "../../runtime/lifecycle/exec-console.ts";
import { execInContainer } from "../../runtime/lifecycle/exec-in-container.ts";
import { configOf } from "../../runtime/lifecycle/find-container.ts";
import { isAlive } from "../../runtime/lifecycle/init-process.ts";
import { isRootless } from "../../runtime/lifecycle/rootless.ts";
import { terminalOwner } from "../../runtime/terminal-owner.ts";
import { UserError } from "../../user-error.ts";
import { EXEC } from "./exec-flags.ts";
import { warn } from "./warn.ts";

/** `wb exec`: docker-exec(1). The exit status is the command's. */
export const execCommand: Command = command(EXEC, async ({ flags, words }) => {
  const [word = "", file = "", ...rest] = words;
  const { interactive = false, tty = false, detach = false } = flags;
  if (tty && interactive && !detach && !isTerminal(0))
    throw new UserError("the input device is not a TTY", { hint: "leave -t away, or -i" });
  const info = findInfo(word);
  const { record, state } = info;
  if (record === undefined || state !== "running") throw notRunning(info.name, state);
  try {
    return await execIn({ ...info, record }, flags, [file, ...rest]);
  } catch (error) {
    // Whatever could not be done to it then.
    throw isAlive(record) ? error : notRunning(info.name, "exited");
  }
});

function notRunning(name: string, state: ContainerState): UserError {
  return new UserError(`container ${name} is ${state === "paused" ? "paused" : "not running"}`, {
    hint: state === "paused" ? `wb unpause ${name}` : `wb start ${name}`,
    exitStatus: NOT_RUNNING,
  });
}

async function execIn(
  { id, name, places, record, config }: ContainerInfo & { readonly record: ContainerRecord },
  flags: FlagValues<typeof EXEC.flags>,
  argv: readonly [string, ...string[]],
): Promise<number> {
  const { interactive = false, tty = false, detach = false } = flags;
  const keys = parseDetachKeys(flags["detach-keys"]);
  const spec = configOf(places.runtime, id);
  const fromFiles = readKeyValues("--env-file", flags["env-file"], (variable) => caller.env[variable]);
  const env = [...fromFiles, ...(flags.env ?? []).flatMap(environmentText)];
  const request = {
    args: argv,
    tty,
    env,
    user: flags.user,
    workdir: flags.workdir,
    privileged: flags.privileged ?? false,
  } as const;
  const asked = execProcess(spec.process, request, { record, config });
  const process = isRootless() ? { ...asked, user: rootlessUser(asked.user, spec.linux) } : asked;
  const privileged = config.options.privileged || request.privileged;
  const filter = seccompFilter(config.options.security, {
    capabilities: containerCapabilities({ ...config.options, privileged }),
    privileged,
  });
  const common = { record, spec, process, filter, warn };
  if (detach) {
    const started = await execInContainer({ ...common, stdio: "ignore" });
    closeFd(started.pidfd);
    execEvents({ id, name, config }, request.args);
    return 0;
  }
  const openTerminal = (size: Winsize) =>
    openExecConsole({
      pid: record.init_process_pid,
      size,
      owner: terminalOwner({ ...spec, process }),
      inside: isRootless() ? process.user : undefined,
    });
  await using foreground = await openForeground({
    openTerminal: tty ? openTerminal : undefined,
    alone: true,
    interactive,
    detach: { filter: escapeFilter(keys), leave: () => leave(foreground) },
    warn,
  });
  const stdio = interactive ? "inherit" : (["ignore", outputFor(1), outputFor(2)] as const);
  const started = await execInContainer({
    ...common,
    ...(foreground.terminal === undefined ? { stdio } : { terminal: foreground.terminal }),
  });
  const died = execEvents({ id, name, config }, request.args);
  const [status] = await Promise.all([
    foreground.follow(started, () => started.kill(SIG.KILL)),
    copyOutput(started.stdout, "stdout"),
    copyOutput(started.stderr, "stderr"),
  ]);
  died(status);
  return status;
}

/** docker's words, and its status: how the command ends nobody knows. What waits for that would keep this process. */
async function leave(foreground: Foreground): Promise<never> {
  await foreground[Symbol.asyncDispose]();
  writeSync(2, "read escape sequence\n");
  caller.exit(EXIT_FAILURE);
}

/** docker's status for a container that does not run. */
const NOT_RUNNING = 1;

/** `NAME` alone takes the value that it has here. */
function environmentText(text: string): string[] {
  if (text === "" || text.startsWith("="))
    throw usage("exec", `invalid argument ${JSON.stringify(text)} for -e, --env`);
  if (text.includes("=")) return [text];
  const value = caller.env[text];
  return value === undefined ? [] : [`${text}=${value}`];
}
