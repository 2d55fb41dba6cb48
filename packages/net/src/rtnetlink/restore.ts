import { NLM_F } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { Change } from "./change.ts";
import type { RTM } from "./rtm.ts";

export interface Restoring {
  /** The message that puts it back: `NEWADDR`. */
  readonly message: keyof typeof RTM;
  /** The command whose undo it is. */
  readonly command: string;
  /** What the kernel lists, of what a change is about. */
  readonly find: (socket: NetlinkSocket) => Uint8Array | undefined;
  /** When there was nothing: to delete what the change made. */
  readonly otherwise?: Change;
}

/** The undo of what replaces or deletes something: the kernel's own message about it is sent back to the kernel. */
export function restoring({ message, command, find, otherwise }: Restoring): Exclude<Change["undo"], undefined> {
  return (socket) => {
    const before = find(socket);
    if (before === undefined) return otherwise;
    return {
      message,
      flags: NLM_F.CREATE | NLM_F.REPLACE,
      command: `undo of ${command}`,
      payload: () => before,
    };
  };
}
