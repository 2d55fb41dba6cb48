import { existsSync } from "node:fs";
import { UserError } from "../../user-error.ts";
import type { JoinedNamespaces } from "../joined-namespaces.ts";
import type { NamespaceModes } from "../namespace-options.ts";
import type { NamespaceFlag } from "../options/namespace-mode.ts";
import type { NetworkMode } from "../options/network-mode.ts";
import { type ContainerInfo, findInfo } from "./container-info.ts";

/** The namespaces of the containers that are named, which all have to run. @throws UserError in docker's words */
export function findNamespaces(modes: NamespaceModes, net: NetworkMode): JoinedNamespaces {
  const joined = FLAGS.map((flag) => joinedBy(flag, modes));
  return Object.assign({}, joinedNetwork(net), ...joined, {
    paths: Object.assign({}, ...joined.map(({ paths }) => paths)),
  });
}

function joinedBy(flag: NamespaceFlag, modes: NamespaceModes): JoinedNamespaces {
  const mode = modes[flag];
  if (mode?.mode !== "container") return { paths: {} };
  const { info, pid } = runningContainer(flag, mode.container);
  const { file, check, more } = KINDS[flag];
  check?.(info);
  return { paths: { [flag]: `/proc/${pid}/ns/${file}` }, ...more?.(info, pid) };
}

/** With the name of the other, as docker has it. */
function joinedNetwork(net: NetworkMode): Omit<JoinedNamespaces, "paths"> {
  if (net.mode !== "container") return {};
  const { info, pid } = runningContainer("network", net.container);
  const { id, config, places } = info;
  return {
    network: { path: `/proc/${pid}/ns/net`, files: existsSync(`${places.entry}/hosts`) ? places.entry : undefined },
    hostname: config.options.hostname ?? id.slice(0, 12),
  };
}

function runningContainer(flag: NamespaceFlag | "network", reference: string) {
  const info = findInfo(reference);
  const { record, state, id } = info;
  if (record !== undefined && state === "running") return { info, pid: record.init_process_pid };
  throw new UserError(
    `failed to join ${flag === "network" ? "network" : KINDS[flag].name} namespace: container ${id} is ${STATES.get(state) ?? "not running"}`,
    {
      hint: state === "paused" ? `wb unpause ${reference}` : `wb start ${reference}`,
    },
  );
}

const STATES: ReadonlyMap<string, string> = new Map([
  ["paused", "paused"],
  ["restarting", "restarting, wait until the container is running"],
]);

interface Kind {
  /** docker's name for it. */
  readonly name: string;
  /** In /proc/PID/ns, namespaces(7). */
  readonly file: string;
  readonly check?: (info: ContainerInfo) => void;
  /** What comes with the namespace. */
  readonly more?: (info: ContainerInfo, pid: number) => Omit<JoinedNamespaces, "paths">;
}

const KINDS: Readonly<Record<NamespaceFlag, Kind>> = {
  pid: { name: "PID", file: "pid" },
  ipc: {
    name: "IPC",
    file: "ipc",
    check: refusePrivateIpc,
    more: (_info, pid) => ({ sharedMemory: `/proc/${pid}/ns/mnt` }),
  },
  uts: {
    name: "UTS",
    file: "uts",
    more: ({ id, config }) => ({ hostname: config.options.hostname ?? id.slice(0, 12) }),
  },
  userns: { name: "USER", file: "user", more: ({ config }) => ({ usernsRemap: config.options.usernsRemap }) },
  cgroupns: { name: "CGROUP", file: "cgroup" },
};
const FLAGS = ["pid", "ipc", "uts", "userns", "cgroupns"] as const;

/** moby, daemon/container_operations_unix.go, getIPCContainer. */
function refusePrivateIpc({ id, config }: ContainerInfo): void {
  const mode = config.options.namespaces.ipc?.mode ?? "private";
  if (mode === "private" || mode === "none")
    throw new UserError(
      `failed to join IPC namespace: container ${id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
      { hint: "the other container needs --ipc shareable" },
    );
}
