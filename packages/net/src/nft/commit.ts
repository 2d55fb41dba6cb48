import { NLM_F } from "../netlink/message.ts";
import { NetlinkError } from "../netlink/netlink-error.ts";
import type { NetlinkRequest } from "../netlink/request.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { NFNL_BATCH } from "./attributes.ts";
import { NFNL_MSG, NFNL_SUBSYS, NFPROTO } from "./constants.ts";
import { nfgenmsg } from "./nfgenmsg.ts";

export interface CommitOptions {
  /** Only while the rules of all tables are those of this generation: {@link generationOf}. Otherwise ERESTART. Default: whatever they are. */
  readonly generation?: number;
}

/**
 * Has nf_tables do all of the requests, or none: equivalent to `nft -f` of a file with a command for each.
 *
 * @param socket of NETLINK_NETFILTER
 * @throws NetlinkError with the first that was refused
 */
export function commit(socket: NetlinkSocket, requests: readonly NetlinkRequest[], options: CommitOptions = {}): void {
  if (requests.length === 0) return;
  const batch = [
    edge("BATCH_BEGIN", options),
    ...requests.map((request) => ({ ...request, flags: request.flags | NLM_F.ACK })),
    edge("BATCH_END"),
  ];
  for (const [index, { answer }] of socket.transact(batch).entries()) {
    const [request, wanted] = [batch[index], requests[index - 1]];
    // What is wrong with all of it is said of its beginning: EPERM.
    if (request !== undefined && answer !== undefined && answer.errno !== 0)
      throw new NetlinkError(wanted ?? requests[0] ?? request, answer);
  }
}

function edge(name: keyof typeof NFNL_MSG, wanted: CommitOptions = {}): NetlinkRequest {
  const payload = Buffer.concat([nfgenmsg(NFPROTO.UNSPEC, NFNL_SUBSYS.NFTABLES), NFNL_BATCH.encode(wanted)]);
  return { name: `NFNL_MSG_${name}`, command: "nft -f", type: NFNL_MSG[name], flags: 0, payload };
}
