import { NLM_F } from "../../netlink/message.ts";
import type { Where } from "../../netlink/open.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { nameOf } from "./get-request.ts";
import { IFLA_REQUEST, ifinfomsg } from "./message.ts";

/**
 * Gives a link more names, of up to 127 bytes (Linux 5.5): every function here takes them for its name.
 *
 * Equivalent to `ip link property add dev NAME altname …`
 *
 * @throws NetlinkError EEXIST for a name that is taken
 */
export function linkPropertyAdd(dev: string | number, altNames: readonly string[], where: Where = {}): void {
  batch([planLinkPropertyAdd(dev, altNames)], where);
}

/** The same as data, for `batch`. */
export function planLinkPropertyAdd(dev: string | number, altNames: readonly string[]): Change {
  return {
    ...property("add", dev, altNames),
    message: "NEWLINKPROP",
    flags: NLM_F.CREATE | NLM_F.EXCL | NLM_F.APPEND,
    undo: planLinkPropertyDelete(dev, altNames),
  };
}

/**
 * Takes names from a link.
 *
 * Equivalent to `ip link property delete dev NAME altname …`
 */
export function linkPropertyDelete(dev: string | number, altNames: readonly string[], where: Where = {}): void {
  batch([planLinkPropertyDelete(dev, altNames)], where);
}

/** The same as data, for `batch`, which cannot take it back. */
export function planLinkPropertyDelete(dev: string | number, altNames: readonly string[]): Change {
  return { ...property("delete", dev, altNames), message: "DELLINKPROP", flags: 0 };
}

function property(
  verb: string,
  dev: string | number,
  altNames: readonly string[],
): Pick<Change, "command" | "payload" | "dev"> {
  return {
    command: `ip link property ${verb} dev ${dev}${altNames.map((name) => ` altname ${name}`).join("")}`,
    payload: () =>
      Buffer.concat([
        ifinfomsg.encode({ ifi_index: typeof dev === "number" ? dev : 0 }),
        IFLA_REQUEST.encode({ ...nameOf(dev), altNames }),
      ]),
    dev,
  };
}
