import { isErrno } from "@wb/syscall";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { NFTA_RULE } from "../nft/attributes.ts";
import { NF, NFPROTO } from "../nft/constants.ts";
import { counter, isMarked, verdict } from "../nft/expression.ts";
import { commitUnchanged } from "../nft/generation.ts";
import { NFGENMSG_SIZE } from "../nft/nfgenmsg.ts";
import { type ChainPlace, commentData, deleteRule, getChain, insertRule, listChainRules } from "../nft/requests.ts";
import { ALLOWED } from "./nat-table.ts";

/**
 * Docker has the chain FORWARD of iptables drop by default, where it is asked besides our own: what passes here is dropped there. DOCKER-USER is the
 * chain that docker asks first and leaves to others. One rule in it accepts what our table has marked, and nothing without that table.
 *
 * Equivalent to `iptables -I DOCKER-USER -m mark --mark 0x8000000/0x8000000 -m comment --comment "wb: …" -j ACCEPT`, and ip6tables; nothing
 * where there is no such chain of iptables-nft(8), and where the rule is there
 *
 * @throws NetlinkError
 */
export function openDockerUser(socket: NetlinkSocket): void {
  for (const place of DOCKER_USER)
    unlessGone(() => {
      commitUnchanged(socket, () => {
        if (!isThere(socket, place) || handlesOf(socket, place).length > 0) return [];
        return [insertRule(place, [...isMarked(ALLOWED), counter(), verdict(NF.ACCEPT)], COMMENT)];
      });
    });
}

/** Whether each chain DOCKER-USER that there is has our rule. */
export function isDockerUserOpen(socket: NetlinkSocket): boolean {
  return DOCKER_USER.every((place) => handlesOf(socket, place).length > 0 || !isThere(socket, place));
}

/** Takes our rule out of it. */
export function closeDockerUser(socket: NetlinkSocket): void {
  for (const place of DOCKER_USER)
    unlessGone(() => {
      commitUnchanged(socket, () => handlesOf(socket, place).map((handle) => deleteRule(place, handle)));
    });
}

const DOCKER_USER: readonly ChainPlace[] = [NFPROTO.IPV4, NFPROTO.IPV6].map((family) => ({
  family,
  table: "filter",
  chain: "DOCKER-USER",
}));

/** By which the rule is known to be ours. */
const COMMENT = "wb: what table inet wb lets pass";

function isThere(socket: NetlinkSocket, place: ChainPlace): boolean {
  try {
    socket.request(getChain(place));
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}

/** The numbers of our rules there. */
function handlesOf(socket: NetlinkSocket, place: ChainPlace): bigint[] {
  const ours = commentData(COMMENT);
  return socket.dump(listChainRules(place)).flatMap(({ payload }) => {
    const { handle, userdata } = NFTA_RULE.decode(payload.subarray(NFGENMSG_SIZE));
    return handle !== undefined && userdata !== undefined && ours.equals(userdata) ? [handle] : [];
  });
}

/** Somebody may delete the chain meanwhile. */
function unlessGone(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}
