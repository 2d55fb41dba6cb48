import type { ContainerRecord, Status } from "../runtime/lifecycle/container-record.ts";
import { type HookState, hookState } from "../runtime/lifecycle/hook-state.ts";

/** The state of the specification with what runc adds: what `state` prints, and `list` for each container. */
export interface ContainerState extends HookState {
  /** 0 of a container that has stopped. */
  readonly pid: number;
  readonly rootfs: string;
  /** RFC 3339 */
  readonly created: string;
  readonly owner: string;
}

export function containerState(record: ContainerRecord, status: Status): ContainerState {
  const { rootfs, created, owner } = record;
  const { ociVersion, id, bundle, annotations } = hookState(record, status);
  return {
    ociVersion,
    id,
    pid: status === "stopped" ? 0 : record.init_process_pid,
    status,
    bundle,
    rootfs,
    created,
    ...(annotations === undefined ? {} : { annotations }),
    owner,
  };
}
