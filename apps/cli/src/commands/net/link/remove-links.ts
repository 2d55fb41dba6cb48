import { linkDelete, linkGet, openNetlink } from "@wb/net";
import { UserError } from "../../../user-error.ts";
import { forEachName } from "../options/for-each-name.ts";
import { netnsOption } from "../options/netns-option.ts";

/** Removes links by their names, of one kind alone if that is given. @returns the exit status */
export function removeLinks(names: readonly string[], { netns }: { readonly netns?: string }, kind?: string): number {
  using socket = openNetlink("route", { netns: netnsOption(netns) });
  return forEachName(names, (name) => {
    const link = linkGet(name, socket);
    if (kind !== undefined && link.kind !== kind)
      throw new UserError(`${name} is no ${kind}${link.kind === undefined ? "" : ` but a ${link.kind}`}`, {
        hint: `wb net link rm ${name} removes a link of any kind`,
        exitStatus: 1,
      });
    linkDelete(link.index, socket);
  });
}
