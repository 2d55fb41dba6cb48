import type { NetlinkRequest } from "./request.ts";

/** The remedy for a refused request, where one is known. */
export function hintFor(request: NetlinkRequest, code: string, kernelText = ""): string | undefined {
  for (const [name, error, hint] of HINTS) {
    if (!name.test(request.name) || error !== code) continue;
    const text = hint(request, kernelText);
    if (text !== undefined) return text;
  }
  return undefined;
}

type Hint = (request: NetlinkRequest, kernelText: string) => string | undefined;

/** The first row that has something to say is taken. */
const HINTS: readonly (readonly [name: RegExp, error: string, hint: Hint])[] = [
  [/./, "EPERM", () => "this needs CAP_NET_ADMIN in the user namespace that owns the network namespace"],
  [/^RTM_NEWLINK$/, "EOPNOTSUPP", unknownKind],
  [/^RTM_NEWLINK$/, "EOPNOTSUPP", vlanFiltering],
  [/^RTM_(?:NEW|DEL)LINK$/, "ENODEV", () => "there is no such link: ip link show"],
  [/^RTM_NEWLINK$/, "EEXIST", () => "there is a link of that name or index: ip link show"],
  [/^RTM_NEWADDR$/, "EEXIST", () => "the link has that address already: addrReplace sets its other attributes"],
  [/^RTM_NEWADDR$/, "EACCES", () => "IPv6 is switched off on this link: sysctl net.ipv6.conf.LINK.disable_ipv6"],
  [/^RTM_DELADDR$/, "EADDRNOTAVAIL", () => "the link has no such address: the prefix length must be the same"],
  [/^RTM_NEWROUTE$/, "EEXIST", () => "there is such a route already: routeReplace puts this one in its place"],
  [
    /^RTM_NEWROUTE$/,
    "ENETUNREACH",
    () => "no route leads to the gateway: add an address of its network, or set onlink",
  ],
  [/^RTM_NEWROUTE$/, "ENETDOWN", () => "the link is down: linkSet with up"],
  [/^RTM_DELROUTE$/, "ESRCH", () => "there is no such route: destination, table and metric must be the same"],
  [/^RTM_NEWQDISC$/, "ENOENT", () => "the kernel has no such qdisc: it is not built in and its module is not loaded"],
];

/** rtnl_newlink() of the kernel: "Unknown device type". */
function unknownKind(request: NetlinkRequest, kernelText: string): string | undefined {
  const kind = / type (\S+)/.exec(request.command)?.[1];
  if (kind === undefined || !kernelText.startsWith("Unknown device type")) return undefined;
  return `the kernel has no links of the kind ${kind}: it is not built in and its module is not loaded`;
}

function vlanFiltering({ command }: NetlinkRequest): string | undefined {
  if (!/vlan_?filtering/i.test(command)) return undefined;
  return "bridges of this kernel do not filter VLANs: it is built without CONFIG_BRIDGE_VLAN_FILTERING";
}
