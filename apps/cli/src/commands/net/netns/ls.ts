import { statSync } from "node:fs";
import { NetError, netnsList, netnsPids } from "@wb/net";
import { isErrno } from "@wb/syscall";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { type NetList, printList } from "../options/list-of.ts";
import { NETNS_LS } from "./ls-flags.ts";

/** `wb net netns ls`: ip-netns(8). */
export const netnsListCommand: Command = netCommand(NETNS_LS, ({ flags }) =>
  printList(NAMESPACES, netnsList().flatMap(rowOf), flags),
);

interface NetnsRow {
  readonly name: string;
  /** The number that lsns(8) shows. */
  readonly inode: number;
  readonly pids: readonly number[];
}

const NAMESPACES: NetList<"Name" | "Netns" | "Processes" | "Pids", NetnsRow> = {
  columns: {
    Name: { header: "NAME", value: ({ name }) => name },
    Netns: { header: "NETNS", value: ({ inode }) => String(inode) },
    Processes: { header: "PROCESSES", value: ({ pids }) => String(pids.length) },
    Pids: { header: "PIDS", value: ({ pids }) => pids.join(",") },
  },
  fields: ["Name", "Netns", "Processes"],
  name: ({ name }) => name,
};

/** None for one that goes while it is looked at. */
function rowOf(name: string): NetnsRow[] {
  try {
    return [{ name, inode: statSync(`/run/netns/${name}`).ino, pids: netnsPids(name) }];
  } catch (error) {
    if (isErrno(error, "ENOENT") || (error instanceof NetError && error.code === "WB_NET_NETNS")) return [];
    throw error;
  }
}
