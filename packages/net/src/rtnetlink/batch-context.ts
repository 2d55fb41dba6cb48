import { closeSync } from "node:fs";
import { type Netns, openNetns } from "../netlink/netns.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { ChangeContext } from "./change.ts";
import { linkIndex } from "./link-index.ts";

/** What a batch knows of the links that it makes. */
export interface Creating {
  readonly isPending: boolean;
  readonly indexOfCreated: (name: string) => number | undefined;
  readonly flush: () => void;
}

export interface OpenContext extends Disposable {
  readonly asked: ChangeContext;
}

/** Looks up links and opens namespaces for messages, and closes these at the end. */
export function openContext(socket: NetlinkSocket, creating?: Creating): OpenContext {
  const opened: number[] = [];
  const index = (dev: string | number): number => {
    if (typeof dev === "number") return dev;
    const chosen = creating?.indexOfCreated(dev);
    if (chosen !== undefined) return chosen;
    // A link that is made, renamed or deleted before this message is sent.
    if (creating?.isPending === true) creating.flush();
    return linkIndex(dev, socket);
  };
  const netnsFd = (netns: Netns): number => {
    if (typeof netns === "object") return netns.fd;
    const fd = openNetns(netns);
    opened.push(fd);
    return fd;
  };
  return {
    asked: { index, netnsFd },
    [Symbol.dispose]: () => {
      for (const fd of opened.splice(0)) closeSync(fd);
    },
  };
}
