import { isErrno } from "@wb/syscall";
import { NetError } from "../net-error.ts";
import type { NetlinkRequest } from "../netlink/request.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { NFTA_GEN } from "./attributes.ts";
import { commit } from "./commit.ts";
import { NFGENMSG_SIZE } from "./nfgenmsg.ts";
import { getGeneration } from "./requests.ts";

/**
 * Has nf_tables do what follows from what there is, or anything else that is read meanwhile: when somebody has changed rules of any table since
 * `plan` was called, nothing is done, and it is called again.
 *
 * @param plan is called once or more
 * @throws NetlinkError; NetError WB_NET_DUMP when the rules changed every time
 */
export function commitUnchanged(socket: NetlinkSocket, plan: () => readonly NetlinkRequest[]): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const generation = generationOf(socket);
    try {
      commit(socket, plan(), { generation });
      return;
    } catch (error) {
      if (!isErrno(error, "ERESTART")) throw error;
    }
  }
  throw new NetError("WB_NET_DUMP", "nft -f: the rules of this machine changed each time that they were read");
}

/** The number of the last change of rules: `generation` of `nft monitor`. */
function generationOf(socket: NetlinkSocket): number {
  const [answer] = socket.request(getGeneration());
  return answer === undefined ? 0 : (NFTA_GEN.decode(answer.payload.subarray(NFGENMSG_SIZE)).id ?? 0);
}

/** Each takes less than a millisecond. */
const ATTEMPTS = 256;
