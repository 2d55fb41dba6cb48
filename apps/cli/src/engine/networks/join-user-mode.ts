import { readFileSync } from "node:fs";
import {
  NetError,
  parseResolvConf,
  routeGet,
  startUserMode,
  USER_MODE,
  type UserModeProgram,
  userModePath,
} from "@wb/net";
import { isErrno } from "@wb/syscall";
import { isRootless } from "../../runtime/lifecycle/rootless.ts";
import { UserError } from "../../user-error.ts";
import { bindPorts } from "./bind-ports.ts";
import { allConnections, type BoundPort, writeConnections } from "./container-connections.ts";
import type { JoinedNetworks, JoinRequest } from "./join-networks.ts";
import { leaveNetworksLocked } from "./leave-networks.ts";
import { lockNetwork } from "./lock-network.ts";
import { writeNetworkFiles } from "./network-files.ts";
import { userModeDirectory } from "./network-places.ts";
import { wantedPorts } from "./wanted-ports.ts";

/**
 * Gives a container of an ordinary user a network by a program of the user. Other commands know of it from now on: whoever finds that the container
 * is gone has it leave.
 *
 * @throws UserError, NetError WB_NET_PROGRAM where the program is missing; nothing is left then
 */
export function joinUserMode(request: JoinRequest, program: UserModeProgram): JoinedNetworks {
  const { id, name, options, directory } = request;
  if (!isRootless())
    throw new UserError(`--net ${program} is for ordinary users`, {
      hint: "root has networks of the kernel: --net bridge",
    });
  userModePath(program);
  // Its first process stays closed to all of the user, for others are in there.
  if (options.namespaces.pid?.mode === "container")
    throw new NetError("WB_NET_PROGRAM", `${program} cannot enter a container in the pid namespace of another one`, {
      hint: "share its network, too: --net container:NAME",
    });
  using _lock = lockNetwork();
  // Of a start that was killed.
  leaveNetworksLocked(id);
  const others = allConnections();
  const ports = bindPorts(wantedPorts(options), { name, others, foreign: [], ipv6: program === "pasta" });
  ports.forEach((port) => refusePort(port, program));
  try {
    writeConnections({ version: 1, id, networks: [], endpoints: [], ports, directory, isUserMode: true });
    writeNetworkFiles({
      ...options,
      ...request,
      endpoints: [],
      own: [USER_MODE.address],
      gateway: ownAddress(),
      others: [],
      ...(hasLoopbackServer() ? { server: USER_MODE.nameserver } : {}),
    });
  } catch (error) {
    leaveNetworksLocked(id);
    throw error;
  }
  const connect = (pid: number): void => startUserMode({ program, pid, ports, directory: userModeDirectory(id) });
  return { endpoints: [], ports, connect, isUserMode: true };
}

function refusePort({ port, protocol, address }: BoundPort, program: UserModeProgram): void {
  const isSctp = protocol === "sctp";
  if (!isSctp && !(program === "slirp4netns" && address.includes(":"))) return;
  throw new UserError(`${program} publishes no port of ${isSctp ? "sctp" : "IPv6"}: ${port}`, {
    hint: isSctp ? "tcp or udp, or as root" : "--net pasta does",
  });
}

/** This machine's, by which it is reached from inside: that of the link which leads out. */
function ownAddress(): string | undefined {
  try {
    return routeGet(ELSEWHERE)?.src;
  } catch (error) {
    if (error instanceof NetError || isErrno(error, "ENETUNREACH", "EHOSTUNREACH", "ENODEV")) return undefined;
    throw error;
  }
}

/** Nobody's, RFC 5737: nothing is sent there. */
const ELSEWHERE = "192.0.2.1";

/** Servers at this machine's loopback, systemd-resolved's too, only the program can ask. */
function hasLoopbackServer(): boolean {
  try {
    const { nameservers } = parseResolvConf(readFileSync("/etc/resolv.conf", "utf8"));
    return nameservers.some((server) => server.startsWith("127.") || server === "::1");
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES")) return false;
    throw error;
  }
}
