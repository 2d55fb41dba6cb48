import type { ContainerRecord, Status } from "./container-record.ts";

/** A container's state as the OCI runtime-spec has it, runtime.md "State": what hooks read, and `state` prints. */
export interface HookState {
  readonly ociVersion: string;
  readonly id: string;
  readonly status: Status;
  /** Not of a container that has stopped. */
  readonly pid?: number;
  readonly bundle: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function hookState(record: ContainerRecord, status: Status): HookState {
  const { ociVersion, id, bundle, annotations, init_process_pid: pid } = record;
  return {
    ociVersion,
    id,
    status,
    ...(status === "stopped" || pid === 0 ? {} : { pid }),
    bundle,
    ...(annotations === undefined ? {} : { annotations }),
  };
}
