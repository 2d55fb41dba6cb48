/** A port of a container: published on the host where it has an address of it, otherwise exposed only. */
export interface Port {
  readonly ip?: string;
  readonly privatePort: number;
  readonly publicPort?: number;
  /** `tcp`, `udp` or `sctp`. */
  readonly type: string;
}

/**
 * PORTS of docker ps (docker/cli, formatter.DisplayablePorts): `0.0.0.0:80-81->80-81/tcp, 443/tcp, 0.0.0.0:9090->90/tcp`.
 * Ports that follow each other, with the same number on the host, are one range.
 */
export function portText(ports: readonly Port[]): string {
  const ended: string[] = [];
  const mapped: string[] = [];
  const ranges = new Map<string, { readonly port: Port; readonly last: number }>();
  for (const port of ports.toSorted(byNumber)) {
    const { ip = "", privatePort, publicPort, type } = port;
    if (ip !== "" && publicPort !== privatePort) {
      mapped.push(`${withHost(ip, String(publicPort ?? 0))}->${privatePort}/${type}`);
      continue;
    }
    const key = `${ip}/${type}`;
    const range = ranges.get(key);
    const continues = range !== undefined && privatePort === range.last + 1;
    if (range !== undefined && !continues) ended.push(rangeText(range.port, range.last));
    ranges.set(key, { port: continues ? range.port : port, last: privatePort });
  }
  return [...ended, ...[...ranges.values()].map(({ port, last }) => rangeText(port, last)), ...mapped].join(", ");
}

function rangeText({ ip = "", privatePort, type }: Port, last: number): string {
  const numbers = privatePort === last ? String(privatePort) : `${privatePort}-${last}`;
  return `${ip === "" ? "" : `${withHost(ip, numbers)}->`}${numbers}/${type}`;
}

/** Go's net.JoinHostPort. */
function withHost(ip: string, port: string): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function byNumber(one: Port, other: Port): number {
  return (
    one.privatePort - other.privatePort ||
    inOrder(one.ip ?? "", other.ip ?? "") ||
    (one.publicPort ?? 0) - (other.publicPort ?? 0) ||
    inOrder(one.type, other.type)
  );
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
