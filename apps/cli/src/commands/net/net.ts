import type { Command } from "../../command/command.ts";
import { writeAll } from "../../write-all.ts";
import { findNetSpec, netHelp } from "./net-help.ts";

/** `wb net OBJECT COMMAND …`; where none is named, what there is. */
export const netMain: Command = async (args) => {
  const action = ACTIONS[findNetSpec(args)?.name ?? ""];
  if (action !== undefined) return (await action())(args.slice(2));
  writeAll(netHelp(args));
  return 0;
};

/** The code of each, by the name of its spec. */
const ACTIONS: Readonly<Record<string, (() => Promise<Command>) | undefined>> = {
  "net link ls": async () => (await import("./link/ls.ts")).linkListCommand,
  "net link set": async () => (await import("./link/set.ts")).linkSetCommand,
  "net link rm": async () => (await import("./link/rm.ts")).linkRemoveCommand,
  "net veth add": async () => (await import("./veth/add.ts")).vethAddCommand,
  "net veth ls": async () => (await import("./veth/ls.ts")).vethListCommand,
  "net veth rm": async () => (await import("./veth/rm.ts")).vethRemoveCommand,
  "net bridge add": async () => (await import("./bridge/add.ts")).bridgeAddCommand,
  "net bridge ls": async () => (await import("./bridge/ls.ts")).bridgeListCommand,
  "net bridge port": async () => (await import("./bridge/port.ts")).bridgePortCommand,
  "net bridge ports": async () => (await import("./bridge/ports.ts")).bridgePortsCommand,
  "net bridge rm": async () => (await import("./bridge/rm.ts")).bridgeRemoveCommand,
  "net bridge set": async () => (await import("./bridge/set.ts")).bridgeSetCommand,
  "net addr add": async () => (await import("./addr/add.ts")).addrAddCommand,
  "net addr del": async () => (await import("./addr/del.ts")).addrDeleteCommand,
  "net addr ls": async () => (await import("./addr/ls.ts")).addrListCommand,
  "net addr replace": async () => (await import("./addr/replace.ts")).addrReplaceCommand,
  "net route add": async () => (await import("./route/add.ts")).routeAddCommand,
  "net route del": async () => (await import("./route/del.ts")).routeDeleteCommand,
  "net route get": async () => (await import("./route/get.ts")).routeGetCommand,
  "net route ls": async () => (await import("./route/ls.ts")).routeListCommand,
  "net route replace": async () => (await import("./route/replace.ts")).routeReplaceCommand,
  "net netns add": async () => (await import("./netns/add.ts")).netnsAddCommand,
  "net netns attach": async () => (await import("./netns/attach.ts")).netnsAttachCommand,
  "net netns exec": async () => (await import("./netns/exec.ts")).netnsExecCommand,
  "net netns identify": async () => (await import("./netns/identify.ts")).netnsIdentifyCommand,
  "net netns ls": async () => (await import("./netns/ls.ts")).netnsListCommand,
  "net netns pids": async () => (await import("./netns/pids.ts")).netnsPidsCommand,
  "net netns rm": async () => (await import("./netns/rm.ts")).netnsRemoveCommand,
  "net publish add": async () => (await import("./publish/add.ts")).publishAddCommand,
  "net publish ls": async () => (await import("./publish/ls.ts")).publishListCommand,
  "net publish rm": async () => (await import("./publish/rm.ts")).publishRemoveCommand,
};
