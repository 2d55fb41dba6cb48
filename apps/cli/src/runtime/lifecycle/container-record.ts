/** What a container's state.json says; beside it is a copy of its config.json, for the bundle may go. */
export interface ContainerRecord {
  readonly ociVersion: string;
  readonly id: string;
  /** The container's first process as the host sees it; 0 until there is one. */
  readonly init_process_pid: number;
  /** When it began, in clock ticks after boot, proc_pid_stat(5) field 22: another process with its pid has another. */
  readonly init_process_start: number;
  /** An absolute path. */
  readonly bundle: string;
  readonly rootfs: string;
  /** RFC 3339 */
  readonly created: string;
  /** Who created it, by the name of the account or the id. */
  readonly owner: string;
  /** The container's group below the root of each hierarchy; none without control groups. */
  readonly cgroup?: string;
  /** Of a group that systemd made: the name of its scope. */
  readonly scope?: string;
  /** Directories of resctrl that were made for the container. */
  readonly resctrl?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** `status` of the OCI runtime-spec, runtime.md "State". */
export type Status = "creating" | "created" | "running" | "paused" | "stopped";
