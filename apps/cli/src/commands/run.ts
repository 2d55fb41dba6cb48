import { fstatSync, writeSync } from "node:fs";
import { openCgroup } from "@wb/cgroup";
import { CommandError } from "@wb/ns";
import { isErrno, SIG } from "@wb/syscall";
import { type Command, command } from "../command/command.ts";
import { newContainerId } from "../engine/container-id.ts";
import { cgroupsPath, designContainer } from "../engine/container.ts";
import type { CidFile } from "../engine/containers/cid-file.ts";
import { placesOf } from "../engine/containers/container-places.ts";
import type { NewConfig } from "../engine/containers/create-stored.ts";
import { enterForeground, removeDanglingEntries, removeForegroundEntry } from "../engine/foreground-entry.ts";
import type { ContainerOptions } from "../engine/images/container-options.ts";
import { joinedNamespaces } from "../engine/joined-namespaces.ts";
import { makeMountSources } from "../engine/mount-sources.ts";
import { type AttachedStreams, attachStreams } from "../engine/options/attach-streams.ts";
import { openRootfs } from "../engine/rootfs-source.ts";
import { type RunOptions, runOptions } from "../engine/run-options.ts";
import { cleanLeftovers, State } from "../engine/state.ts";
import { dataDirectory } from "../engine/store/directories.ts";
import { usage } from "../flags.ts";
import { messageOf } from "../report-error.ts";
import { isTerminal } from "../runtime/caller-terminal.ts";
import { innerPath } from "../runtime/container-cgroup.ts";
import { outputFor } from "../runtime/copy-output.ts";
import { isRootless } from "../runtime/lifecycle/rootless.ts";
import { type ContainerExit, runContainer, type RunContainerOptions } from "../runtime/run-container.ts";
import { EXIT, UserError } from "../user-error.ts";
import { writeAll } from "../write-all.ts";
import { notFoundHint } from "./docker-habits.ts";
import { openNetworks } from "./foreground-networks.ts";
import { ForegroundVolumes, withOthersVolumes } from "./foreground-volumes.ts";
import { LIFE_FLAGS } from "./life-flags.ts";
import { RUN, type RunFlags } from "./run-flags.ts";

/** `wb run`: runs a command in a new container, and ends with its exit status. */
export const runCommand: Command = command(RUN, async ({ flags, words }) => {
  const wanted = await wantedContainer(flags, words);
  const { options } = wanted;
  const rootless = isRootless()
    ? (await import("../engine/rootless/prepare.ts")).prepareRootless(options, warn)
    : undefined;
  if (options.tty && options.interactive && flags.detach !== true && !isTerminal(0))
    throw new UserError("the input device is not a TTY", { hint: "leave -t away, or -i" });
  const streams = attachedStreams(flags);
  if (flags.detach === true) {
    const { runDetached } = await import("./containers/run-detached.ts");
    const { detachedConfig } = await import("./containers/detached-config.ts");
    writeAll(`${await runDetached(detachedConfig(flags, wanted), warn)}\n`);
    return 0;
  }
  refuseDirectories(options.interactive ? [0, 1, 2] : [1, 2]);
  // What one of an image writes is on the disk, where others find it if this process is killed.
  if (flags.rm !== true || options.tty || wanted.image !== undefined) {
    const { runAttached } = await import("./containers/run-attached.ts");
    const { detachedConfig } = await import("./containers/detached-config.ts");
    return runAttached(detachedConfig(flags, wanted), flags, streams).catch((error: unknown) => {
      throw withHint(error, { rootfsGiven: flags.rootfs !== undefined });
    });
  }
  using cidFile = await lifeOf(flags, options);
  await cleanLeftovers(removeLeftover);
  removeDanglingEntries(dataDirectory());
  const joined = await joinedNamespaces(options);
  const id = newContainerId();
  const files = placesOf(id).entry;
  using root = await openRootfs(options.rootfs, { directory: files, rootless });
  const container = designContainer(options, root, { id, joined, rootless, files });
  makeMountSources(options.volumes);
  await using volumes = new ForegroundVolumes(options);
  using _state = State.claim(container.id, options.name, container.paths.group);
  const { steps, fds } = await volumes.open(root, rootless);
  using entry = enterForeground(container.id, container.paths.directory, {
    version: 1,
    created: Date.now(),
    ...(await storedOf(flags, options)),
    foreground: true,
  });
  cidFile?.write(container.id);
  const { spec, group, paths } = container;
  using networks = await openNetworks(options, { id, directory: files, hostname: spec.hostname, warn });
  const cgroup = group === undefined ? undefined : innerPath(group);
  const exit = await runContainer(spec, {
    ...container,
    cgroup: container.paths.group,
    rootfs: [...container.rootfs, ...steps],
    rootfsFds: { ...container.rootfsFds, ...fds },
    interactive: options.interactive,
    stdio: stdioOf(streams),
    network: networks?.connect,
    started: (pid) => {
      tell(() => entry.started(pid, { spec, rootfs: paths.mountpoint, cgroup }));
      volumes.started();
    },
    warn,
  }).catch((error: unknown) => {
    throw withHint(error, { rootfsGiven: flags.rootfs !== undefined });
  });
  const signal = exit.signal === null ? null : SIG[exit.signal.slice("SIG".length) as keyof typeof SIG];
  tell(() => entry.ended({ code: exit.code, signal, at: Date.now() }));
  reportOutOfMemory(exit, options);
  return signal === null ? (exit.code ?? EXIT.failure) : EXIT.signal + signal;
});

/** What loads images is loaded only where one is named. */
async function wantedContainer(flags: RunFlags, words: readonly string[]): Promise<ContainerOptions> {
  if (flags.rootfs !== undefined)
    return { options: await withOthersVolumes(runOptions(flags, words)), image: undefined };
  const { containerOptions } = await import("../engine/images/container-options.ts");
  const wanted = await containerOptions(flags, words);
  return { ...wanted, options: await withOthersVolumes(wanted.options) };
}

/** The command runs, whether others can be told of it or not: on a full disk they cannot. */
function tell(action: () => void): void {
  try {
    action();
  } catch (error) {
    warn(`other commands do not know of this container: ${messageOf(error)}`);
  }
}

const DEFAULT_LIFE = {
  labels: {},
  restart: { name: "no", maximumRetryCount: 0 },
  stopSignal: SIG.TERM,
  stopTimeout: 10,
  health: undefined,
  cidFile: "",
  log: { driver: "none", options: {}, maxSize: undefined, maxFile: 1 },
} as const;

/** What is known of it to others. What parses the flags of a container's life is loaded only where one is given. */
async function storedOf(flags: RunFlags, options: RunOptions): Promise<NewConfig> {
  if (hasLifeFlag(flags)) {
    const { detachedConfig } = await import("./containers/detached-config.ts");
    return detachedConfig(flags, { options, image: undefined });
  }
  return { ...DEFAULT_LIFE, image: flags.rootfs ?? "", options, autoRemove: true };
}

function hasLifeFlag(flags: RunFlags): boolean {
  return Object.keys(LIFE_FLAGS).some((name) => flags[name as keyof typeof LIFE_FLAGS] !== undefined);
}

/** Loaded only where a flag of them is given. */
async function lifeOf(flags: RunFlags, options: RunOptions): Promise<CidFile | undefined> {
  if (!hasLifeFlag(flags)) return undefined;
  const { foregroundLife } = await import("./containers/foreground-life.ts");
  return foregroundLife(flags, options);
}

function attachedStreams({ attach, detach, interactive = false }: RunFlags): AttachedStreams {
  if (detach === true && attach !== undefined)
    throw usage("run", "conflicting options: cannot specify both --attach and --detach");
  return attachStreams(attach, { interactive });
}

/** With stdin the terminal is the command's to read in any case. */
function stdioOf({ stdin, stdout, stderr }: AttachedStreams): RunContainerOptions["stdio"] {
  if (stdin && stdout && stderr) return "inherit";
  return [stdin ? "inherit" : "ignore", stdout ? outputFor(1) : "ignore", stderr ? outputFor(2) : "ignore"];
}

/** From an open directory of the host the command could walk to its root (CVE-2024-21626). */
function refuseDirectories(fds: readonly number[]): void {
  const isDirectory = (fd: number): boolean => {
    try {
      return fstatSync(fd).isDirectory();
    } catch {
      // Closed.
      return false;
    }
  };
  const found = fds.find(isDirectory);
  if (found === undefined) return;
  throw new UserError(`${["stdin", "stdout", "stderr"][found]} is a directory`, {
    hint: "the command would have it open: -v DIR:DST shows a directory in the container",
  });
}

function withHint(error: unknown, given: { readonly rootfsGiven: boolean }): unknown {
  if (!(error instanceof CommandError) || error.code !== "ENOENT") return error;
  const hint = notFoundHint(error.command, given);
  return new UserError(error.message, { hint, exitStatus: EXIT.notFound, cause: error });
}

/** @returns whether it is all gone */
async function removeLeftover(id: string): Promise<boolean> {
  if (!removeCgroup(id)) return false;
  const { leaveNetworks } = await import("../engine/networks/leave-networks.ts");
  leaveNetworks(id);
  removeForegroundEntry(id, placesOf(id).foreground);
  return true;
}

/** What cannot be ended (a process in an uninterruptible call) must not stand in the way of others: its state stays. */
function removeCgroup(id: string): boolean {
  try {
    const group = openCgroup(cgroupsPath(id));
    group.killSync();
    group.removeSync();
    return true;
  } catch (error) {
    warn(`what a killed wb left of the container ${id.slice(0, 12)} cannot be removed: ${messageOf(error)}`);
    return false;
  }
}

function reportOutOfMemory({ stats }: ContainerExit, { memory }: RunOptions): void {
  const killed = stats.memory?.oomKill ?? 0;
  if (killed === 0) return;
  const limit = memory === undefined ? "" : ` (limit ${memory} bytes)`;
  warn(
    `out of memory: the kernel killed ${killed === 1 ? "a process" : `${killed} processes`} of this container${limit}`,
  );
}

function warn(message: string): void {
  try {
    writeSync(2, `wb: ${message}\n`);
  } catch (error) {
    // Nobody is there to be told: the container goes on without that.
    if (!isErrno(error, "EIO", "EPIPE", "EAGAIN")) throw error;
  }
}
