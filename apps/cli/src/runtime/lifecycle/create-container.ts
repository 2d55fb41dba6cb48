import { statSync } from "node:fs";
import { type Cgroup, detect, type Layout } from "@wb/cgroup";
import { create, type Supervised, type Supervisor } from "@wb/ns";
import type { SeccompFilter } from "@wb/security";
import { type Program, SetupError } from "@wb/syscall";
import type { CompleteSpec } from "../../oci/complete-spec.ts";
import { UserError } from "../../user-error.ts";
import { capabilityWarnings } from "../capability-warnings.ts";
import { planContainer } from "../container-plan.ts";
import { environmentOf } from "../environment.ts";
import { withHome } from "../home.ts";
import { openMountOwners } from "../mounts/owners.ts";
import { openUserNamespace, type OpenUserNamespace } from "../open-user-namespace.ts";
import { cgroupLimits } from "../resources.ts";
import { accountingOf } from "../resources/accounting.ts";
import { type UserModeOptions, waitForUserMode } from "../wait-for-networks.ts";
import { type ConsoleEnds, openConsole } from "./console.ts";
import { ContainerDirectory, makeExecFifo } from "./container-directory.ts";
import { type GroupName, makeContainerGroup, nameContainerGroup } from "./container-group.ts";
import type { ContainerRecord } from "./container-record.ts";
import { createdSteps, execFailed, FIFO } from "./created-steps.ts";
import { runEarlyHooks } from "./early-hooks.ts";
import { hookState } from "./hook-state.ts";
import { processStat } from "./init-process.ts";
import { openNamespaces } from "./join-namespaces.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { withNotifySocket } from "./notify-socket.ts";
import { ownedFd } from "./owned-fd.ts";
import type { PassedFds } from "./passed-fds.ts";
import { writePidFile } from "./pid-file.ts";
import { connectPidfdSocket } from "./pidfd-socket.ts";
import { refuseNetDevices } from "./refuse-net-devices.ts";
import { joinResctrl, leaveResctrl, planResctrl, type ResctrlGroup } from "./resctrl.ts";
import { groupLayout, isRootless } from "./rootless.ts";
import { sendListener } from "./seccomp-listener.ts";

export interface CreateContainerOptions extends UserModeOptions {
  /** The directory with the states of all containers. */
  readonly root: string;
  readonly id: string;
  /** An absolute path. */
  readonly bundle: string;
  /** What is in its config.json, for later commands: the bundle may go. */
  readonly config: string;
  readonly spec: CompleteSpec;
  readonly owner: string;
  /** Whether it gets a control group of its own. Default true. */
  readonly withCgroup?: boolean;
  /** A Unix socket that gets the terminal. */
  readonly consoleSocket?: string | undefined;
  /** Both ends of a terminal that the caller keeps, where there is no console socket. */
  readonly terminal?: ConsoleEnds | undefined;
  readonly pidFile?: string | undefined;
  /** A Unix socket that gets a pidfd of the process. */
  readonly pidfdSocket?: string | undefined;
  /** File descriptors that the command gets, too. */
  readonly passed?: PassedFds;
  /** Its program can say that it is ready: whoever starts it passes that on to systemd. Default false. */
  readonly notifies?: boolean | undefined;
  readonly noPivot?: boolean | undefined;
  readonly noNewKeyring?: boolean | undefined;
  readonly warn: (message: string) => void;
  /** Steps in the container's mount namespace that make its root, and their cells. Default: it is there. */
  readonly rootfs?: Program;
  readonly rootfsFds?: Readonly<Record<string, number>>;
  /** Mounts that these Steps have in a cell, by their places. */
  readonly given?: Readonly<Record<string, string>>;
  /** The user namespace of the configuration, where it is there. Default: it is made. */
  readonly userNamespace?: OpenUserNamespace | undefined;
  /** A filter of system calls, for a configuration that has none. */
  readonly filter?: SeccompFilter | undefined;
  /** A process that stays as its parent. Default: none, and who adopts orphans is it once this process has ended. */
  readonly supervisor?: Supervisor | undefined;
  /** Called with what has been done, in runc's words for it, which callers and tests look for. */
  readonly debug?: ((message: string) => void) | undefined;
}

/**
 * Creates a container, OCI runtime-spec runtime.md "Create": everything is made and set up, and its process waits for
 * `start`. It outlives this process; what is left when this one is killed meanwhile, `delete` removes.
 *
 * @returns the container's record, and its process: the caller closes the pidfd
 * @throws whatever could not be made; nothing is left then
 */
export async function createContainer(options: CreateContainerOptions): Promise<CreatedContainer> {
  const { root, id, spec, config } = options;
  refuseNetDevices(spec);
  if (options.rootfs === undefined) refuseMissingRoot(spec.root.path);
  const layout = detect();
  const { cgroupsPath, resources } = spec.linux;
  const ofGroup = groupLayout(layout);
  const limits = cgroupLimits(resources, accountingOf(ofGroup));
  const request = { id, cgroupsPath, limits, layout: ofGroup };
  using directory = ContainerDirectory.claim(root, id);
  let group: Cgroup | undefined;
  let resctrl: ResctrlGroup | undefined;
  try {
    const name = options.withCgroup === false ? undefined : await nameContainerGroup(request);
    const { intelRdt } = spec.linux;
    resctrl = intelRdt === undefined ? undefined : planResctrl(intelRdt, id);
    const record = newRecord(options, name, resctrl);
    // Before there is anything else to be found by it.
    directory.write(record);
    directory.writeConfig(config);
    group = name === undefined ? undefined : await makeContainerGroup(request);
    const created = await start(options, { directory, record, group, layout, resctrl });
    group?.close();
    return created;
  } catch (error) {
    if (directory.isRemoved()) group?.close();
    else {
      group?.[Symbol.dispose]();
      leaveResctrl(resctrl?.own ?? []);
    }
    directory.remove();
    throw withMemoryHint(error, options);
  }
}

/** With a limit that its set-up alone is above the kernel kills the process, and nobody tells why. */
function withMemoryHint(error: unknown, { id, spec }: CreateContainerOptions): unknown {
  const { limit = -1 } = spec.linux.resources.memory ?? {};
  if (!(error instanceof SetupError) || limit < 0 || limit >= LEAST_MEMORY) return error;
  return new LifecycleError("WB_CONTAINER_SETUP", error.message, {
    id,
    cause: error,
    hint: `linux.resources.memory.limit is ${limit} bytes, which may be too little for it`,
  });
}

/** What docker asks for at least, in bytes. */
const LEAST_MEMORY = 6 * 1024 ** 2;

/** A container, and its process. */
export interface CreatedContainer extends Supervised {
  readonly record: ContainerRecord;
}

function newRecord(
  { id, bundle, spec, owner }: CreateContainerOptions,
  name: GroupName | undefined,
  resctrl: ResctrlGroup | undefined,
): ContainerRecord {
  return {
    ociVersion: spec.ociVersion,
    id,
    init_process_pid: 0,
    init_process_start: 0,
    bundle,
    rootfs: spec.root.path,
    created: new Date().toISOString(),
    owner,
    ...(name === undefined ? {} : { cgroup: name.path }),
    ...(name?.scope === undefined ? {} : { scope: name.scope }),
    ...(resctrl === undefined ? {} : { resctrl: resctrl.own }),
    ...(spec.annotations === undefined ? {} : { annotations: spec.annotations }),
  };
}

interface StartContext {
  readonly directory: ContainerDirectory;
  readonly record: ContainerRecord;
  readonly group: Cgroup | undefined;
  readonly layout: Layout;
  readonly resctrl: ResctrlGroup | undefined;
}

async function start(
  options: CreateContainerOptions,
  { directory, record, group, layout, resctrl }: StartContext,
): Promise<CreatedContainer> {
  const { bundle } = options;
  const given = options.notifies === true ? withNotifySocket(options.spec, directory.file("notify")) : options.spec;
  const { root, mounts } = given;
  const spec = { ...given, process: withHome(given.process, { root: root.path, mounts, bundle }) };
  using fifo = ownedFd(makeExecFifo(directory));
  using pidfdSocket = options.pidfdSocket === undefined ? undefined : connectPidfdSocket(options.pidfdSocket);
  using ownConsole = options.terminal === undefined ? openConsole(spec, options.consoleSocket) : undefined;
  const { inputs: consoleInputs, stdio } = options.terminal ?? ownConsole ?? NO_CONSOLE;
  using userNamespace = options.userNamespace ?? openUserNamespace(spec);
  using namespaces = openNamespaces(spec.linux.namespaces);
  using owners = openMountOwners(spec.mounts);
  const { passed = { fds: {}, env: {} } } = options;
  const { mounted, created } = createdSteps(spec, { ...environmentOf(spec.process.env), ...passed.env });
  const plan = planContainer(spec, {
    layout,
    rootfs: options.rootfs ?? [],
    ...(options.given === undefined ? {} : { given: options.given }),
    filter: options.filter,
    bundle: options.bundle,
    cgroup: record.cgroup,
    join: namespaces.join,
    ...(options.network === undefined ? { mounted } : waitForUserMode),
    created,
    noNewKeyring: options.noNewKeyring ?? false,
    noPivot: options.noPivot ?? false,
    rootless: isRootless(),
    cpus: "all",
  });
  capabilityWarnings(plan).forEach(options.warn);
  const inputs = {
    ...options.rootfsFds,
    ...consoleInputs,
    ...userNamespace?.inputs,
    ...owners.inputs,
    [FIFO]: fifo.fd,
  };
  let complete = record;
  const runHooks = (pid: number): Promise<void> => runEarlyHooks(spec, { ...record, init_process_pid: pid });
  options.debug?.("nsexec container setup: the first process is made");
  const process = await create(plan.argv, {
    ...plan.options,
    env: { ...plan.options.env, ...passed.env },
    fds: passed.fds,
    inputs,
    inherit: [...Object.values(inputs), ...namespaces.join.map(({ fd }) => fd)],
    stdio,
    blocking: true,
    ...(group === undefined ? {} : { cgroup: group.entrance() }),
    ...(options.supervisor === undefined ? {} : { supervisor: options.supervisor }),
    otherwise: execFailed(spec.process.args[0]),
    on: {
      mounted: ({ pid }) => (options.network ?? runHooks)(pid),
      listener: (started, fd) => {
        const state = hookState({ ...record, init_process_pid: started.pid }, "creating");
        sendListener(spec.linux.seccomp, { ...started, fd }, state);
      },
      created: ({ pid }) => {
        options.debug?.(`child process in init(): ${pid} has made its set-up`);
        if (plan.filterFlags !== undefined) options.debug?.(`seccomp filter flags: ${plan.filterFlags}`);
        complete = { ...record, init_process_pid: pid, init_process_start: processStat(pid)?.start ?? 0 };
        directory.write(complete);
        pidfdSocket?.send(pid, "standard");
        if (resctrl !== undefined) joinResctrl(resctrl, pid);
        if (options.pidFile !== undefined) writePidFile(options.pidFile, pid);
      },
    },
  });
  options.debug?.("init: closing the pipe to signal completion: the container is created");
  return { record: complete, ...process };
}

const NO_CONSOLE = { inputs: {}, stdio: "inherit" } as const;

function refuseMissingRoot(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new UserError(`config.json: root.path: ${path}: no such directory`, {
    hint: "it is the container's root, and counts from the bundle",
  });
}
