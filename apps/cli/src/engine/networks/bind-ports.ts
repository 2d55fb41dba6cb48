import { portHolders, type PortProtocol, type PortRange, type PublishSpec } from "@wb/net";
import { UserError } from "../../user-error.ts";
import { type BoundPort, type ContainerConnections } from "./container-connections.ts";
import { whyNotFree } from "./port-is-free.ts";

export interface BindPortsContext {
  /** The container's, for errors. */
  readonly name: string;
  /** How all others are connected. */
  readonly others: readonly ContainerConnections[];
  /** Ports that others have in the rules of this machine. */
  readonly foreign: readonly BoundPort[];
  /** Whether the container has IPv6, whose ports are taken with those of IPv4. */
  readonly ipv6: boolean;
}

/**
 * Which ports of this machine a container gets. The caller has the lock of the network.
 *
 * @throws UserError in docker's words, naming who has a port
 */
export function bindPorts(wanted: readonly PublishSpec[], context: BindPortsContext): BoundPort[] {
  const bound: BoundPort[] = [];
  for (const spec of wanted) {
    const { hostAddress = "", containerPort, protocol } = spec;
    const isKnown = bound.some(
      (one) =>
        spec.hostPorts?.first === one.port &&
        one.containerPort === containerPort &&
        one.protocol === protocol &&
        one.address === hostAddress,
    );
    if (isKnown) continue;
    bound.push({ address: hostAddress, port: portFor(spec, bound, context), containerPort, protocol });
  }
  return bound;
}

function portFor(spec: PublishSpec, bound: readonly BoundPort[], context: BindPortsContext): number {
  const { hostAddress = "", protocol, hostPorts = EPHEMERAL } = spec;
  let why: UserError | undefined;
  for (let port = hostPorts.first; port <= hostPorts.last; port++) {
    const taken = whyTaken({ address: hostAddress, port, protocol }, bound, context);
    if (taken === undefined) return port;
    why ??= taken;
    // No other port has another answer.
    if (taken.code === "EADDRNOTAVAIL") break;
  }
  if (why !== undefined && hostPorts.first === hostPorts.last) throw why;
  if (why?.code === "EADDRNOTAVAIL") throw why;
  throw new UserError(
    `driver failed programming external connectivity on endpoint ${context.name}: all ports are allocated: ${hostPorts.first}-${hostPorts.last}`,
    { hint: "a range with a free port, or fewer containers", cause: why },
  );
}

/** Where docker begins, and where the kernel ends, ip_local_port_range of ip(7). */
const EPHEMERAL: PortRange = { first: 32_768, last: 60_999 };

type Wanted = Pick<BoundPort, "address" | "port" | "protocol">;

function whyTaken(
  wanted: Wanted,
  bound: readonly BoundPort[],
  { name, others, foreign, ipv6 }: BindPortsContext,
): UserError | undefined {
  const { address, port, protocol } = wanted;
  const what = `driver failed programming external connectivity on endpoint ${name}`;
  const text = `${bracketed(address === "" ? "0.0.0.0" : address)}:${port}`;
  const other = others.find(({ ports }) => ports.some((one) => collides(one, wanted)));
  const isForeign = foreign.some((one) => collides(one, wanted));
  if (other !== undefined || isForeign || bound.some((one) => collides(one, wanted)))
    return new UserError(`${what}: Bind for ${text} failed: port is already allocated`, {
      hint: `${holderOf(other, isForeign)} has it: choose another port`,
      code: "EADDRINUSE",
    });
  for (const at of address === "" ? ["0.0.0.0", ...(ipv6 ? ["::"] : [])] : [address]) {
    const code = whyNotFree(at, port, protocol);
    if (code === undefined) continue;
    const listen = `${protocol === "udp" ? "listen udp" : "listen tcp"}${at.includes(":") ? 6 : 4} ${bracketed(at)}:${port}`;
    return new UserError(`${what}: ${listen}: bind: ${REASONS[code] ?? code}`, {
      hint: HINTS[code]?.(port, protocol),
      code,
    });
  }
  return undefined;
}

function holderOf(other: ContainerConnections | undefined, isForeign: boolean): string {
  if (other !== undefined) return `the container ${other.id.slice(0, 12)}`;
  return isForeign ? "another user of the table inet wb" : "this container itself";
}

/** Without an address of its own a port is that of each. */
function collides(one: BoundPort, { address, port, protocol }: Wanted): boolean {
  if (one.port !== port || one.protocol !== protocol) return false;
  return one.address === address || isEach(one.address) || isEach(address);
}

function isEach(address: string): boolean {
  return address === "" || address === "0.0.0.0" || address === "::";
}

function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "cannot assign requested address",
  EACCES: "permission denied",
};

const HINTS: Readonly<Record<string, (port: number, protocol: PortProtocol) => string>> = {
  EADDRINUSE: (port, protocol) => {
    const [holder] = protocol === "sctp" ? [] : portHolders(port, protocol).filter(({ pid }) => pid !== undefined);
    return holder === undefined
      ? "another process has it: choose another port"
      : `the process ${holder.pid} (${holder.comm}) has it: choose another port`;
  },
  EADDRNOTAVAIL: () => "no link of this machine has the address: ip address",
  EACCES: (port) =>
    `ports below ${port < 1024 ? 1024 : port + 1} are root's: sysctl net.ipv4.ip_unprivileged_port_start`,
};
