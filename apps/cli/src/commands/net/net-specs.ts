import { ADDR_ADD } from "./addr/add-flags.ts";
import { ADDR_DEL } from "./addr/del-flags.ts";
import { ADDR_LS } from "./addr/ls-flags.ts";
import { ADDR_REPLACE } from "./addr/replace-flags.ts";
import { BRIDGE_ADD } from "./bridge/add-flags.ts";
import { BRIDGE_LS } from "./bridge/ls-flags.ts";
import { BRIDGE_PORT } from "./bridge/port-flags.ts";
import { BRIDGE_PORTS } from "./bridge/ports-flags.ts";
import { BRIDGE_RM } from "./bridge/rm-flags.ts";
import { BRIDGE_SET } from "./bridge/set-flags.ts";
import { LINK_LS } from "./link/ls-flags.ts";
import { LINK_RM } from "./link/rm-flags.ts";
import { LINK_SET } from "./link/set-flags.ts";
import type { NetSpec } from "./net-spec.ts";
import { NETNS_ADD } from "./netns/add-flags.ts";
import { NETNS_ATTACH } from "./netns/attach-flags.ts";
import { NETNS_EXEC } from "./netns/exec-flags.ts";
import { NETNS_IDENTIFY } from "./netns/identify-flags.ts";
import { NETNS_LS } from "./netns/ls-flags.ts";
import { NETNS_PIDS } from "./netns/pids-flags.ts";
import { NETNS_RM } from "./netns/rm-flags.ts";
import { PUBLISH_ADD } from "./publish/add-flags.ts";
import { PUBLISH_LS } from "./publish/ls-flags.ts";
import { PUBLISH_RM } from "./publish/rm-flags.ts";
import { ROUTE_ADD } from "./route/add-flags.ts";
import { ROUTE_DEL } from "./route/del-flags.ts";
import { ROUTE_GET } from "./route/get-flags.ts";
import { ROUTE_LS } from "./route/ls-flags.ts";
import { ROUTE_REPLACE } from "./route/replace-flags.ts";
import { VETH_ADD } from "./veth/add-flags.ts";
import { VETH_LS } from "./veth/ls-flags.ts";
import { VETH_RM } from "./veth/rm-flags.ts";

/** All commands of `wb net`: help and completion have them from here, and net.ts their code. */
export const NET_SPECS: readonly NetSpec[] = [
  LINK_LS,
  LINK_SET,
  LINK_RM,
  VETH_ADD,
  VETH_LS,
  VETH_RM,
  BRIDGE_ADD,
  BRIDGE_LS,
  BRIDGE_PORT,
  BRIDGE_PORTS,
  BRIDGE_RM,
  BRIDGE_SET,
  ADDR_ADD,
  ADDR_DEL,
  ADDR_LS,
  ADDR_REPLACE,
  ROUTE_ADD,
  ROUTE_DEL,
  ROUTE_GET,
  ROUTE_LS,
  ROUTE_REPLACE,
  NETNS_ADD,
  NETNS_ATTACH,
  NETNS_EXEC,
  NETNS_IDENTIFY,
  NETNS_LS,
  NETNS_PIDS,
  NETNS_RM,
  PUBLISH_ADD,
  PUBLISH_LS,
  PUBLISH_RM,
];

/** What they are about: the first word behind `wb net`. */
export const NET_OBJECTS: Readonly<Record<string, string>> = {
  addr: "Addresses of links",
  bridge: "Bridges and their ports",
  link: "Links of any kind",
  netns: "Network namespaces with names, those of ip netns",
  publish: "Ports of this machine that lead elsewhere",
  route: "Where packets go",
  veth: "Pairs of links",
};
