export { NetError, type NetErrorCode, type NetErrorDetails } from "./net-error.ts";
export { DecodeError } from "./netlink/decode-error.ts";
export { NetlinkError } from "./netlink/netlink-error.ts";
export { type Netns } from "./netlink/netns.ts";
export { openNetlink, type OpenNetlinkOptions, type Where } from "./netlink/open.ts";
export { type NetlinkFamily } from "./netlink/open-socket.ts";
export { NetlinkSocket, type Reply } from "./netlink/socket.ts";
export { flushUdp, type UdpFlows } from "./conntrack/flush-udp.ts";
export {
  isNatIntact,
  natAddNetworks,
  natReload,
  natRemove,
  natRemoveNetworks,
  type NatState,
  publish,
  unpublish,
} from "./nat/nat.ts";
export { type NatNetwork, type PortProtocol, type PublishedPort } from "./nat/nat-elements.ts";
export { type BridgeNetwork, bridgeNetworkUp } from "./connect/bridge-network.ts";
export { connect, type Connection, disconnect } from "./connect/connect.ts";
export { freeSubnet, randomSubnet6 } from "./pool/free-subnet.ts";
export { allocate, type AllocateOptions, leases, reclaim, release } from "./pool/leases.ts";
export { gatewayOf, planPool, type Pool, type PoolOptions } from "./pool/pool.ts";
export {
  contains,
  formatAddress,
  formatSubnet,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
} from "./pool/subnet.ts";
export { parseExpose, parsePublish, type PortRange, type PublishSpec } from "./ports/parse-publish.ts";
export { type PortHolder, portHolders } from "./ports/port-holder.ts";
export { hostsText, type HostsEntry, withNetworkNames } from "./names/hosts.ts";
export {
  containerResolvConf,
  formatResolvConf,
  isResolved,
  parseResolvConf,
  RESOLVED,
  type ResolvConf,
  type ResolvConfOptions,
} from "./names/resolv-conf.ts";
