import { NetError } from "../net-error.ts";
import { USER_MODE, type UserModePort } from "./user-mode.ts";

/** Which namespaces, and how to talk to it. */
export interface Slirp4netnsRequest {
  /** A process in the network namespace, and in the user namespace that it belongs to. */
  readonly pid: number;
  /** It writes `1` there when it is ready. */
  readonly readyFd: number;
  /** It ends when the other end of this pipe is closed. */
  readonly exitFd: number;
  /** Where it takes orders: a path of at most 107 bytes. */
  readonly apiSocket: string;
}

/**
 * The command line of slirp4netns(1) 0.4.0 for a network namespace, as podman has it: this machine's loopback is not reached.
 *
 * @example
 * slirp4netnsCommand({ pid: 1234, readyFd: 3, exitFd: 4, apiSocket: "api" }).at(-1); // "eth0"
 */
export function slirp4netnsCommand({ pid, readyFd, exitFd, apiSocket }: Slirp4netnsRequest): [string, ...string[]] {
  return [
    "slirp4netns",
    "--configure",
    "--mtu=65520",
    "--disable-host-loopback",
    "--enable-sandbox",
    "--enable-seccomp",
    `--ready-fd=${readyFd}`,
    `--exit-fd=${exitFd}`,
    `--api-socket=${apiSocket}`,
    // By its namespaces' paths it does not enter the user namespace where it has a sandbox.
    String(pid),
    USER_MODE.link,
  ];
}

/**
 * What slirp4netns is told by its API socket for a port.
 *
 * @throws NetError WB_NET_VALUE for sctp and addresses of IPv6, which it does not know
 */
export function hostForward({ address, port, containerPort, protocol }: UserModePort): string {
  if (protocol === "sctp" || address.includes(":"))
    throw new NetError(
      "WB_NET_VALUE",
      `slirp4netns publishes no port of ${protocol === "sctp" ? protocol : "IPv6"}: ${port}`,
      {
        hint: protocol === "sctp" ? "tcp or udp" : "--net pasta does",
      },
    );
  return JSON.stringify({
    execute: "add_hostfwd",
    arguments: {
      proto: protocol,
      host_addr: address === "" ? "0.0.0.0" : address,
      host_port: port,
      guest_addr: USER_MODE.address,
      guest_port: containerPort,
    },
  });
}
