import { type BridgePort, linkGet, openNetlink } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { linkRows, type LinkRow } from "../link/link-list.ts";
import { netCommand } from "../net-command.ts";
import { type NetList, printList } from "../options/list-of.ts";
import { netnsOption } from "../options/netns-option.ts";
import { notABridge } from "./not-a-bridge.ts";
import { BRIDGE_PORTS } from "./ports-flags.ts";

/** `wb net bridge ports`: bridge(8). */
export const bridgePortsCommand: Command = netCommand(BRIDGE_PORTS, ({ flags, words: [bridge] }) => {
  using socket = openNetlink("route", { netns: netnsOption(flags.netns) });
  if (bridge !== undefined && linkGet(bridge, socket).kind !== "bridge") throw notABridge(bridge);
  const rows = linkRows(socket).filter(
    ({ portKind, masterName }) => portKind === "bridge" && (bridge === undefined || masterName === bridge),
  );
  return printList(PORTS, rows, flags);
});

type PortField =
  | "Bridge"
  | "Cost"
  | "Flood"
  | "Guard"
  | "Hairpin"
  | "Isolated"
  | "Learning"
  | "Name"
  | "Priority"
  | "State";

const PORTS: NetList<PortField, LinkRow> = {
  columns: {
    Bridge: { header: "BRIDGE", value: ({ masterName }) => masterName },
    Cost: { header: "COST", value: (row) => String(portOf(row).cost ?? "") },
    Flood: { header: "FLOOD", value: (row) => onOff(portOf(row).flood) },
    Guard: { header: "GUARD", value: (row) => onOff(portOf(row).guard) },
    Hairpin: { header: "HAIRPIN", value: (row) => onOff(portOf(row).hairpin) },
    Isolated: { header: "ISOLATED", value: (row) => onOff(portOf(row).isolated) },
    Learning: { header: "LEARNING", value: (row) => onOff(portOf(row).learning) },
    Name: { header: "NAME", value: ({ name }) => name },
    Priority: { header: "PRIORITY", value: (row) => String(portOf(row).priority ?? "") },
    State: { header: "STATE", value: (row) => String(portOf(row).state ?? "") },
  },
  fields: ["Name", "Bridge", "State", "Hairpin", "Isolated", "Learning"],
  name: ({ name }) => name,
};

function portOf({ port }: LinkRow): Partial<BridgePort> {
  return port === undefined || port instanceof Uint8Array ? {} : port;
}

/** What an older kernel does not tell is empty. */
function onOff(value: boolean | undefined): string {
  return value === undefined ? "" : value ? "on" : "off";
}
