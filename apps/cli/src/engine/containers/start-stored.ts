import { mkdirSync } from "node:fs";
import { hostname as hostnameOfHost } from "node:os";
import { NetError } from "@wb/net";
import type { Winsize } from "@wb/syscall";
import { formatJson } from "../../oci/validate/format-json.ts";
import { messageOf } from "../../report-error.ts";
import { createDetached } from "../../runtime/create-detached.ts";
import { deleteContainer } from "../../runtime/lifecycle/delete-container.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { startContainer } from "../../runtime/lifecycle/start-container.ts";
import { UserError } from "../../user-error.ts";
import { bootId } from "../boot-id.ts";
import { designContainer } from "../container.ts";
import { containerEvent } from "../events/container-event.ts";
import { volumesMounted } from "../events/volume-events.ts";
import { healthCheckOf } from "../health/health-check-of.ts";
import { type Health, readHealth, STARTING, writeHealth } from "../health/health-file.ts";
import { startHealthMonitor } from "../health/health-monitor.ts";
import { joinedNamespaces } from "../joined-namespaces.ts";
import { makeMountSources } from "../mount-sources.ts";
import { joinOrWarn } from "../networks/join-or-warn.ts";
import { leaveNetworks } from "../networks/leave-networks.ts";
import { endpointEvents } from "../networks/network-event.ts";
import { hasNetworkFiles } from "../networks/network-file-mounts.ts";
import { openRootfs } from "../rootfs-source.ts";
import { rootlessIds } from "../rootless/rootless-ids.ts";
import type { ContainerEntry } from "../store/container-entry.ts";
import { nameOfId } from "../store/names.ts";
import { nameOfUser } from "../subordinate-ids.ts";
import { openVolumes } from "../volumes/open-volumes.ts";
import { placesOf } from "./container-places.ts";
import { listedOf } from "./listed.ts";
import { removeSupervised } from "./remove-supervised.ts";
import type { StoredConfig } from "./stored-config.ts";
import { STATE_FILE, type StoredState } from "./stored-state.ts";
import { supervisionOf } from "./supervision.ts";

export interface StartOptions extends StartHooks {
  readonly state: StoredState;
  readonly warn: (message: string) => void;
}

/** What somebody has to do with the start who is attached to the container. */
export interface StartHooks {
  /** The size of its terminal. */
  readonly size?: Winsize | undefined;
  /** Called when everything of it is there, and before its command runs. */
  readonly created?: () => void;
}

/**
 * Starts a container of the store, whose lock the caller has, with a supervisor.
 *
 * @throws what createContainer throws; nothing of it runs then, and its state says why
 */
export async function startStored(
  entry: ContainerEntry,
  config: StoredConfig,
  { state, warn, size, created }: StartOptions,
): Promise<void> {
  const { id } = entry;
  const places = placesOf(id);
  const { options, damage } = config;
  if (damage !== undefined)
    throw new UserError(`the container ${id.slice(0, 12)} cannot be started: ${damage}`, {
      hint: `wb rm -f ${id.slice(0, 12)} removes it`,
    });
  const rootless = rootlessIds();
  const joined = await joinedNamespaces(options);
  using root = await openRootfs(options.rootfs, { directory: entry.path, rootless });
  const usernsRemap = joined?.usernsRemap ?? options.usernsRemap;
  using volumes = await openVolumes({ ...options, usernsRemap }, { root, first: state.startedAt === 0, rootless });
  makeMountSources(options.volumes);
  removeSupervised(places);
  const files = entry.path;
  const design = designContainer(options, root, {
    id,
    mountpoint: places.mountpoint,
    joined,
    rootless,
    files,
    volumes,
  });
  const name = nameOfId(places.store, id) ?? "";
  const check = healthCheckOf(config);
  let isWritten = false;
  try {
    const { hostname = hostnameOfHost() } = design.spec;
    const networks = hasNetworkFiles(options)
      ? joinOrWarn({ id, name, options, directory: files, hostname }, warn)
      : undefined;
    mkdirSync(places.mountpoint, { recursive: true, mode: 0o700 });
    const { record, supervisor } = await createDetached({
      root: places.runtime,
      id,
      bundle: entry.path,
      config: formatJson(design.spec),
      spec: design.spec,
      rootfs: design.rootfs,
      rootfsFds: design.rootfsFds,
      given: design.given,
      filter: design.filter,
      withCgroup: design.withCgroup,
      owner: nameOfUser() ?? String(process.geteuid?.()),
      size,
      warn,
      supervision: supervisionOf(id, config),
      network: networks?.isUserMode === true ? networks.connect : undefined,
    });
    if (networks?.isUserMode !== true) networks?.connect(record.init_process_pid);
    entry.write(STATE_FILE, {
      ...state,
      ...STARTED,
      startedAt: Date.now(),
      bootId: bootId(),
      record,
      supervisor,
      listed: check === undefined ? listedOf(config, networks) : null,
    });
    isWritten = true;
    created?.();
    if (check !== undefined) writeHealth(entry.path, { ...(readHealth(entry.path) ?? STARTING), ...ANEW });
    await startContainer(places.runtime, id);
    if (check !== undefined) startHealthMonitor(record, places, { check, isStarting: true });
    volumesMounted({ id, config });
    endpointEvents("connect", networks?.endpoints ?? [], id);
    containerEvent("start", { id, name, config });
  } catch (error) {
    await deleteContainer(places.runtime, id, { force: true, warn });
    leaveNetworks(id);
    removeSupervised(places);
    // It may say that it runs.
    const why = killedBefore(error, id);
    if (isWritten) entry.write(STATE_FILE, { ...state, restartAt: 0, error: messageOf(why) });
    throw why;
  }
}

/** `wb kill` and `wb rm -f` need no lock, and may come between. */
function killedBefore(error: unknown, id: string): unknown {
  const isGone =
    (error instanceof LifecycleError && error.code === "WB_CONTAINER_STATE") ||
    (error instanceof NetError && error.code === "WB_NET_NETNS");
  if (!isGone) return error;
  return new UserError(`the container ${id.slice(0, 12)} was killed before its command was executed`, {
    hint: `wb start ${id.slice(0, 12)} starts it again`,
    cause: error,
  });
}

/** docker has no error of before, nor a status, for one that runs. */
const STARTED: Pick<StoredState, "error" | "oomKilled" | "exitCode" | "stoppedByHand" | "restartAt" | "running"> = {
  error: "",
  oomKilled: false,
  exitCode: 0,
  stoppedByHand: false,
  restartAt: 0,
  running: true,
};

/** As docker's, what was found before the start is still in its log. */
const ANEW: Pick<Health, "Status" | "FailingStreak"> = { Status: "starting", FailingStreak: 0 };
