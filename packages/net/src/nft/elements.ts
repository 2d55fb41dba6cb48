import type { NetlinkSocket } from "../netlink/socket.ts";
import { NFTA_SET_ELEM_LIST } from "./attributes.ts";
import { NFGENMSG_SIZE } from "./nfgenmsg.ts";
import { type Element, listElements } from "./requests.ts";

/**
 * All elements of a set. Equivalent to `nft list set inet TABLE SET`.
 *
 * @throws NetlinkError ENOENT when there is no such set
 */
export function elementsOf(socket: NetlinkSocket, table: string, set: string): Element[] {
  return socket.dump(listElements(table, set)).flatMap(({ payload }) => {
    const { elements = [] } = NFTA_SET_ELEM_LIST.decode(payload.subarray(NFGENMSG_SIZE));
    return elements.flatMap(({ key, data, flags }) =>
      key?.value === undefined
        ? []
        : [
            {
              key: key.value,
              ...(data?.value === undefined ? {} : { data: data.value }),
              ...(flags === undefined ? {} : { flags }),
            },
          ],
    );
  });
}
