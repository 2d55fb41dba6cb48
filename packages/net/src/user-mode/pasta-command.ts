import { NetError } from "../net-error.ts";
import { USER_MODE, type UserModePort } from "./user-mode.ts";

/** Which namespaces, and what this machine shows of itself. */
export interface PastaRequest {
  /** A process in the network namespace, and in the user namespace that it belongs to. */
  readonly pid: number;
  /** Where pasta writes its process id when all of it is ready. */
  readonly pidFile: string;
  readonly ports: readonly UserModePort[];
}

/**
 * The command line of pasta(1) for a network namespace, as podman has it: no port but those that are published leads into it or out of it, and
 * this machine's loopback is not reached. Its addresses are of its own, so that this machine's are reached, which podman's are not.
 *
 * @throws NetError WB_NET_VALUE for sctp, which it does not know
 * @example
 * pastaCommand({ pid: 1234, pidFile: "/run/pasta.pid", ports: [] }).slice(0, 3); // ["pasta", "--config-net", "--quiet"]
 */
export function pastaCommand({ pid, pidFile, ports }: PastaRequest): [string, ...string[]] {
  const { link, address, prefix, gateway, nameserver, address6, gateway6 } = USER_MODE;
  return [
    "pasta",
    "--config-net",
    "--quiet",
    `--pid=${pidFile}`,
    `--ns-ifname=${link}`,
    `--address=${address}`,
    `--netmask=${prefix}`,
    `--gateway=${gateway}`,
    `--address=${address6}`,
    `--gateway=${gateway6}`,
    `--dns-forward=${nameserver}`,
    "--no-map-gw",
    ...portWords("--tcp-ports", ports, "tcp"),
    ...portWords("--udp-ports", ports, "udp"),
    "--tcp-ns=none",
    "--udp-ns=none",
    `--userns=/proc/${pid}/ns/user`,
    `--netns=/proc/${pid}/ns/net`,
  ];
}

function portWords(flag: string, ports: readonly UserModePort[], wanted: "tcp" | "udp"): string[] {
  const sctp = ports.find(({ protocol }) => protocol === "sctp");
  if (sctp !== undefined)
    throw new NetError("WB_NET_VALUE", `pasta publishes no port of sctp: ${sctp.port}`, { hint: "tcp or udp" });
  const own = ports.filter(({ protocol }) => protocol === wanted);
  return own.length === 0 ? [`${flag}=none`] : own.map((port) => `${flag}=${portSpec(port)}`);
}

/** `ADDRESS/PORT:PORT`, without brackets. */
function portSpec({ address, port, containerPort }: UserModePort): string {
  return `${address === "" ? "" : `${address}/`}${port}:${containerPort}`;
}
