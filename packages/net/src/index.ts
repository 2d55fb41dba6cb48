export { formatIp, parseIp, parsePrefix, type Prefix } from "./ip.ts";
export { NetError, type NetErrorCode, type NetErrorDetails } from "./net-error.ts";
export { type Attribute } from "./netlink/attribute.ts";
export { DecodeError } from "./netlink/decode-error.ts";
export { type Message } from "./netlink/message.ts";
export { NetlinkError } from "./netlink/netlink-error.ts";
export { type Netns } from "./netlink/netns.ts";
export { openNetlink, type OpenNetlinkOptions, type Where } from "./netlink/open.ts";
export { type NetlinkFamily } from "./netlink/open-socket.ts";
export { type NetlinkRequest } from "./netlink/request.ts";
export { NetlinkSocket, type Reply } from "./netlink/socket.ts";
export { type Addr } from "./rtnetlink/addr/addr.ts";
export {
  addrAdd,
  addrDelete,
  type AddrOptions,
  addrReplace,
  planAddrAdd,
  planAddrDelete,
  planAddrReplace,
} from "./rtnetlink/addr/change.ts";
export { addrList, type AddrListOptions } from "./rtnetlink/addr/list.ts";
export { batch } from "./rtnetlink/batch.ts";
export { type Change, type ChangeContext } from "./rtnetlink/change.ts";
export { monitor, type MonitorObject, type MonitorOptions, type NetEvent } from "./rtnetlink/monitor.ts";
export { linkAdd, type NewLink, type Peer, planLinkAdd } from "./rtnetlink/link/add.ts";
export { type BridgePort } from "./rtnetlink/link/bridge-port.ts";
export { bridgePortSet, type BridgePortSettings, planBridgePortSet } from "./rtnetlink/link/bridge-port-set.ts";
export { tuntapAdd, type TuntapOptions } from "./rtnetlink/link/tuntap.ts";
export { linkDelete, linkDeleteInPool, planLinkDelete } from "./rtnetlink/link/delete.ts";
export { hasLink, linkFind, linkGet } from "./rtnetlink/link/get.ts";
export { type KindData } from "./rtnetlink/link/kinds.ts";
export { type Link } from "./rtnetlink/link/link.ts";
export { linkList, type LinkListOptions } from "./rtnetlink/link/list.ts";
export { type LinkStats } from "./rtnetlink/link/message.ts";
export { checkLinkName } from "./rtnetlink/link/name.ts";
export {
  linkPropertyAdd,
  linkPropertyDelete,
  planLinkPropertyAdd,
  planLinkPropertyDelete,
} from "./rtnetlink/link/property.ts";
export { type LinkChanges, linkSet, planLinkSet } from "./rtnetlink/link/set.ts";
export { type LinkSettings } from "./rtnetlink/link/settings.ts";
export { type LinkSysctls } from "./rtnetlink/link/sysctls.ts";
export {
  neighAdd,
  neighDelete,
  neighReplace,
  type NeighSpec,
  planNeighAdd,
  planNeighDelete,
  planNeighReplace,
} from "./rtnetlink/neigh/change.ts";
export { type Neigh, neighList, type NeighListOptions } from "./rtnetlink/neigh/neigh.ts";
export {
  planQdiscAdd,
  planQdiscDelete,
  planQdiscReplace,
  type Qdisc,
  qdiscAdd,
  qdiscDelete,
  qdiscList,
  qdiscReplace,
  type QdiscSpec,
} from "./rtnetlink/qdisc/qdisc.ts";
export { type Tbf } from "./rtnetlink/qdisc/tbf.ts";
export {
  planRouteAdd,
  planRouteDelete,
  planRouteReplace,
  routeAdd,
  routeDelete,
  routeReplace,
} from "./rtnetlink/route/change.ts";
export { routeGet, routeList, type RouteListOptions } from "./rtnetlink/route/list.ts";
export { type Nexthop, type Route } from "./rtnetlink/route/route.ts";
export { type RouteSpec } from "./rtnetlink/route/spec.ts";
export { planRuleAdd, planRuleDelete, ruleAdd, ruleDelete, type RuleSpec } from "./rtnetlink/rule/change.ts";
export { type Rule, ruleList, type RuleListOptions } from "./rtnetlink/rule/rule.ts";
export { flushUdp, type UdpFlows } from "./conntrack/flush-udp.ts";
export { type FirewallInTheWay, firewallsInTheWay } from "./nat/firewalls.ts";
export {
  isNatIntact,
  natAddNetworks,
  natReload,
  natRemove,
  natRemoveNetworks,
  natUp,
  type NatState,
  publish,
  unpublish,
} from "./nat/nat.ts";
export { publishedPorts } from "./nat/published-ports.ts";
export { type NatNetwork, type PublishedPort } from "./nat/nat-elements.ts";
export { type PortProtocol } from "./nat/port-protocols.ts";
export { type BridgeNetwork, bridgeNetworkUp, isBridgeNetworkUp } from "./connect/bridge-network.ts";
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
export { netnsAdd, netnsAttach, netnsDelete, netnsIdentify, netnsList, netnsPids } from "./netns/named.ts";
export { preferredUserMode, userModePath } from "./user-mode/find-program.ts";
export { pastaCommand, type PastaRequest } from "./user-mode/pasta-command.ts";
export { hostForward, slirp4netnsCommand, type Slirp4netnsRequest } from "./user-mode/slirp4netns-command.ts";
export { startUserMode, type UserModeRequest } from "./user-mode/start-user-mode.ts";
export { stopUserMode } from "./user-mode/stop-user-mode.ts";
export { USER_MODE, type UserModePort, type UserModeProgram } from "./user-mode/user-mode.ts";
