import { refuseWords } from "./refuse-words.ts";

/** A line of hosts(5): an address and the names that it has. */
export interface HostsEntry {
  readonly address: string;
  readonly names: readonly string[];
}

/**
 * The text of a container's /etc/hosts, as docker has it: the machine itself, then what the container is called, what `--add-host` says, and
 * others of its networks.
 *
 * @throws NetError WB_NET_VALUE for a name or an address that is not one word
 */
export function hostsText(entries: readonly HostsEntry[], { ipv6 = true }: { readonly ipv6?: boolean } = {}): string {
  const own = ipv6 ? [...LOCALHOST, ...LOCALHOST6] : LOCALHOST;
  return linesOf([...own, ...entries]);
}

/**
 * The same file with other names of the network in it: those between two marks are replaced, and lines that somebody has written stay.
 *
 * @param text as it is
 * @throws NetError WB_NET_VALUE for a name or an address that is not one word
 */
export function withNetworkNames(text: string, entries: readonly HostsEntry[]): string {
  const lines = text.split("\n");
  const [begin, end] = [lines.indexOf(BEGIN), lines.lastIndexOf(END)];
  // With one mark alone nobody knows what was between: what is there is somebody's.
  const hasBlock = begin !== -1 && end > begin;
  const rest = hasBlock
    ? [...lines.slice(0, begin), ...lines.slice(end + 1)]
    : lines.filter((line) => line !== BEGIN && line !== END);
  const kept = rest.join("\n").replace(/\n*$/, "\n");
  const block = entries.length === 0 ? "" : `${BEGIN}\n${linesOf(entries)}${END}\n`;
  return `${kept === "\n" ? "" : kept}${block}`;
}

const BEGIN = "# wb: names on its networks";
const END = "# wb: end";

const LOCALHOST: readonly HostsEntry[] = [{ address: "127.0.0.1", names: ["localhost"] }];

/** As Debian has them. */
const LOCALHOST6: readonly HostsEntry[] = [
  { address: "::1", names: ["localhost", "ip6-localhost", "ip6-loopback"] },
  { address: "fe00::", names: ["ip6-localnet"] },
  { address: "ff00::", names: ["ip6-mcastprefix"] },
  { address: "ff02::1", names: ["ip6-allnodes"] },
  { address: "ff02::2", names: ["ip6-allrouters"] },
];

function linesOf(entries: readonly HostsEntry[]): string {
  for (const { address, names } of entries) refuseWords("what stands in /etc/hosts", [address, ...names]);
  return entries.map(({ address, names }) => `${address}\t${names.join(" ")}\n`).join("");
}
