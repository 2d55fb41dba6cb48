import type { OciSeccomp } from "./oci-seccomp.ts";

/** The state of a container, as the runtime-spec's `state` prints it. */
export interface OciState {
  readonly ociVersion: string;
  readonly id: string;
  readonly status: string;
  readonly pid?: number;
  readonly bundle: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * What the receiver of a seccomp listener is told: the runtime-spec's `ContainerProcessState`, as JSON, with which the file
 * descriptor goes to `listenerPath`.
 *
 * @param pid of the process that the filter is on, for the receiver
 * @example
 * const bytes = containerProcessState(profile, { pid: 4242, state });
 * sendFds(profile.listenerPath, bytes, [listener]);
 */
export function containerProcessState(
  { listenerMetadata }: OciSeccomp,
  { pid, state }: { readonly pid: number; readonly state: OciState },
): Uint8Array {
  const metadata = listenerMetadata ?? "";
  const content = {
    ociVersion: state.ociVersion,
    fds: ["seccompFd"],
    pid,
    ...(metadata === "" ? {} : { metadata }),
    state,
  };
  return Buffer.from(JSON.stringify(content));
}
